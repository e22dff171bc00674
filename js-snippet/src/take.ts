// A decision that comes true later: it fills what nobody has seen, or a slot that may change under the visitor's eyes.
import { elements, filled, inUse, put, slotOf } from "./bridge";
import { renew } from "./round";
import type { Decision } from "./types";

const free = (element: Element): boolean => {
  const { seen } = filled.get(element) || {};
  // What lies above was passed, however fast.
  return !inUse(element) && (!!slotOf(element).live || !seen && element.getBoundingClientRect().top > innerHeight);
};

/** Let the decision have its slot, wherever an element of it is still free, and in those to come. */
export const take = (slot: string, decision: Decision): void => {
  const all = elements(slot);
  const places = all.filter(free);
  if (all[0] && !places[0]) return;
  put(slot, decision);
  places.forEach(renew);
};
