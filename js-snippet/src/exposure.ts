// An exposure: half of the slot in view for one second, whatever fills it; once per page view and experience.
import { filled, page, state } from "./bridge";
import { viewer } from "./view";
import { push } from "./record";
import { forget } from "./remember";
import type { Decision, Filled } from "./types";

const SECOND = 1000;

const timers = new WeakMap<Element, number>();

const stop = (element: Element): void => {
  clearTimeout(timers.get(element));
  timers.delete(element);
};

/** The experiences that were told on this page view: by ops.js, too. */
export const told = state.told = state.told || new Set<string>();

/** Tell that this decision was seen; on a page that has no answer yet, those of the last one say nothing. */
export const tell = (slot: string, { experience, variant, reason, left }: Decision): void => {
  if (!state.settled || document.hidden || !experience) return;
  if (left) forget();
  // What nobody may be told of is told later in the page view, if it may be by then.
  if (!told.has(experience) && push({ type: "exposure", slot, experience, variant, reason })) told.add(experience);
};

/** Tell of those decisions that count as seen when they are made. */
export const tellDecided = (): void => {
  for (const slot in page.decisions) {
    const decision = page.decisions[slot];
    if (decision?.exposure == "decided") tell(slot, decision);
  }
};

/** Tell of what an element shows, if it counts now, and on this page view. */
const count = ({ slot, decision, view }: Filled, when?: Decision["exposure"]): void => {
  if (decision && view == state.view && decision.exposure == when) tell(slot, decision);
};

const observer = viewer((element, inView, some) => {
  const one = filled.get(element);
  if (one && some) one.seen = true;
  if (!inView || !one) return stop(element);
  // Whoever scrolls through a long slot is told of often: its second goes on.
  if (!timers.has(element)) timers.set(element, setTimeout(() => count(filled.get(element) || one), SECOND));
});

/** Watch one more slot, or one filled anew; its second starts over. */
export const watch = (element: Element): void => {
  const one = filled.get(element);
  if (one) count(one, "applied");
  stop(element);
  observer.unobserve(element);
  observer.observe(element);
};
