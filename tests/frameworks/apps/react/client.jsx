import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import App from "./App";
import * as heroes from "./heroes";

window.hydrate = () => {
  const root = document.getElementById("app");
  const Hero = heroes[root.dataset.hero];
  hydrateRoot(root, <StrictMode><App Hero={Hero} path={location.pathname} /></StrictMode>, {
    onRecoverableError: (error) => console.error(error),
  });
};
