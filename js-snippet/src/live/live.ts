// live.js: for pages whose answer leaves something to what their visitors do. mitate.js loads it when the first one does.
import type { Reported } from "../../mitate";
import type { Answer } from "../types";
import { state } from "./bridge";
import { wait } from "./residuals";
import { happened, read, restart } from "./signals";

/** Milliseconds since the page began, what, and about what. */
type Heard = [at: number, type: string, detail: unknown];

const hear = ([at, type, detail]: Heard): void => {
  if (type == "tracked") happened(detail);
  // mitate's own count under the names that they have on the server.
  if (type == "event") happened((detail as Reported).type);
  if (type == "page") restart(at);
  if (type == "decided") wait(detail as Answer);
};

/** What was before this file came: all that happened, and the answer in use. */
const recall = (log: Heard[]): void => {
  let last: Heard | undefined;
  log.forEach((heard) => {
    if (heard[1] == "decided") last = heard;
    else hear(heard);
    if (heard[1] == "page") last = undefined;
  });
  if (last) hear(last);
};

if (!state.read) {
  state.read = read;
  recall([...state.log]);
  ["tracked", "event", "page", "decided"].forEach((type) =>
    window.mitate.on(type as never, (detail) => hear([performance.now(), type, detail])));
}
