import { StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import App from "./App";
import * as heroes from "./heroes";

window.hydrate = () => {
  const root = document.getElementById("app");
  const { hero } = root.dataset;
  const words = hero === "Streamed" ? Promise.resolve("The page's own words") : undefined;
  hydrateRoot(root, <StrictMode><App Hero={heroes[hero]} path={location.pathname} words={words} /></StrictMode>, {
    onRecoverableError: (error) => console.error(error),
  });
};
