// The loader's parts, as mitate.js works on them.
import type { Decision, Loader } from "./types";

/** What the page sees of us; its `decisions` are those in use. */
export const page = window.mitate;

export const [
  state, table, store, filled, queue, emit, recall, post, key, known, ask, use, sweep, slotOf, all, place, load,
] = (page as unknown as { loader: Loader }).loader;

/** The elements of a slot. */
export const elements = (slot: string): Element[] => all(table.slots.filter(({ name }) => name == slot));

/** From now on the slot has this decision. */
export const put = (slot: string, decision: Decision): void => {
  page.decisions = { ...page.decisions, [slot]: decision };
};

/** The visitor is at work in it. */
export const inUse = (element: Element): boolean => element.matches(":focus-within");

export { draw } from "./draw";

/** Tell what went wrong; the page has its own content there. */
export const fail = (code: string, more?: object): void => emit("error", { code, ...more });
