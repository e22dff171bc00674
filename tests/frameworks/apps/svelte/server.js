import { render as rendered } from "svelte/server";
import App from "./App.svelte";
import * as heroes from "./heroes";

export const render = async () => Object.fromEntries(Object.entries(heroes).map(([name, Hero]) =>
  [name, rendered(App, { props: { Hero, path: "/" } }).body]));
