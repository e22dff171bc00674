import { preview, table } from "./table";
import type { Ops, Shadow, State } from "./types";

// What the tag hands to the loader, where its slots need it.
declare const OPS: Ops | undefined;
declare const SHADOW: Shadow | undefined;

/** What changes while the page lives. */
export const state = {
  log: [],
  // 53 bits keep it apart from the visitor's others; whoever would guess it gains nothing.
  view: `${Math.random()}`.slice(2),
  from: document.referrer,
  preview,
  token: table.token,
  ops: OPS,
  shadow: SHADOW,
} as unknown as State;

/** Tell the page, and whoever comes later. */
export const emit = (type: string, detail: unknown): void => {
  state.log.push([performance.now(), type, detail]);
  document.dispatchEvent(new CustomEvent(`mitate:${type}`, { detail }));
};

/** Tell what went wrong; the page has its own content there. */
export const fail = (code: string, error?: unknown, more?: object): void => emit("error", { code, error, ...more });
