import { hydrate } from "svelte";
import App from "./App.svelte";
import * as heroes from "./heroes";

window.hydrate = () => {
  const target = document.getElementById("app");
  hydrate(App, { target, props: { Hero: heroes[target.dataset.hero], path: location.pathname } });
};
