import { createSSRApp } from "vue";
import { renderToString } from "vue/server-renderer";
import App from "./App.vue";
import * as heroes from "./heroes";

export const render = async () => Object.fromEntries(await Promise.all(Object.entries(heroes).map(
  async ([name, Hero]) => [name, await renderToString(createSSRApp(App, { Hero, path: "/" }))])));
