import { createSSRApp } from "vue";
import App from "./App.vue";
import * as heroes from "./heroes";

window.hydrate = () => {
  const root = document.getElementById("app");
  createSSRApp(App, { Hero: heroes[root.dataset.hero], path: location.pathname }).mount(root);
};
