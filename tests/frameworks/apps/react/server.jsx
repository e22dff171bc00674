import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import App from "./App";
import * as heroes from "./heroes";

export const render = async () => Object.fromEntries(Object.entries(heroes).map(([name, Hero]) =>
  [name, renderToString(<StrictMode><App Hero={Hero} path="/" /></StrictMode>)]));
