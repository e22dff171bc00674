import { PassThrough } from "node:stream";
import { StrictMode } from "react";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import App from "./App";
import * as heroes from "./heroes";

// What a server sends before the words are there, and after.
const streamed = (Hero) => new Promise((done, fail) => {
  let say;
  const words = new Promise((then) => say = then);
  const parts = ["", ""];
  let part = 0;
  const out = new PassThrough();
  out.on("data", (chunk) => parts[part] += chunk);
  out.on("end", () => done(parts.join("<!--later-->")));
  const { pipe } = renderToPipeableStream(<StrictMode><App Hero={Hero} path="/" words={words} /></StrictMode>, {
    onError: fail,
    onShellReady() {
      pipe(out);
      setTimeout(() => {
        part = 1;
        say("The page's own words");
      });
    },
  });
});

export const render = async () => Object.fromEntries(await Promise.all(Object.entries(heroes).map(async ([name, Hero]) =>
  [name, name === "Streamed" ? await streamed(Hero)
    : renderToString(<StrictMode><App Hero={Hero} path="/" /></StrictMode>)])));
