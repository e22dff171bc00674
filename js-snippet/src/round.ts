// Asking again: for another page of an app, or because the page or its visitor wants a new answer.
import { ask, emit, filled, inUse, known, place, state, table, use } from "./bridge";
import { MARK } from "./mark";
import type { Answer } from "./types";

let current = 0;

/** Put the page's own content back into an element, and forget it. */
export const clear = (element: Element): void => {
  const { shadowRoot } = element;
  filled.get(element)?.undo?.();
  // In a root of ours, a sheet says what the attribute says elsewhere.
  if (shadowRoot && filled.has(element) && !element.hasAttribute(MARK)) shadowRoot.adoptedStyleSheets = [];
  element.removeAttribute(MARK);
  filled.delete(element);
};

/** Settle a filled element anew; it is hidden again for no frame at all. */
export const renew = (element: Element): void => {
  clear(element);
  place(element, true);
};

const apply = (answer: Answer | undefined, again?: boolean): void => {
  const decisions = answer?.decisions || {};
  // An app's next page that gets no answer leaves what is there.
  if (answer || again) filled.forEach(({ slot, decision }, element) => {
    // What stays the same is not touched, nor what the visitor is using.
    if (JSON.stringify(decision) != JSON.stringify(decisions[slot]) && !inUse(element)) clear(element);
  });
  use(answer);
};

/** Ask and apply: a new page of an app, or (`again`) once more for this one, which then has no deadline. */
export const round = (again?: boolean): void => {
  const mine = ++current;
  const { view } = state;
  const old = known();
  state.over = true;
  if (!again) {
    state.settled = false;
    if (old) apply(old);
    else setTimeout(() => view == state.view && !state.settled && apply(undefined), table.deadline);
  }
  ask().then((answer) => {
    // Only the last question's answer counts: one given to an earlier choice of the visitor's leaves nothing behind.
    if (mine != current) return;
    if (again || !state.settled) apply(answer || old, again);
    else if (answer) emit("late", answer);
  });
};
