// live.js: for pages whose answer leaves something to what their visitors do. mitate.js loads it when the first one does.
import type { Answer } from "../../mitate";
import { state } from "./bridge";
import { wait } from "./residuals";
import { happened, read, restart } from "./signals";

const hear = (type: string, detail: never, age: number): void => {
  if (type == "decided") wait(detail as Answer, age);
  if (type == "tracked") happened(detail);
  if (type == "page") restart();
};

if (!state.read) {
  state.read = read;
  // What was before it came.
  state.log.forEach(([at, type, detail]) => hear(type, detail as never, performance.now() - at));
  ["decided", "tracked", "page"].forEach((type) =>
    document.addEventListener(`mitate:${type}`, (event) => hear(type, (event as CustomEvent).detail as never, 0)));
}
