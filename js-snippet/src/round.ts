// Asking again: for another page of an app, or because the page or its visitor wants a new answer.
import { ask, emit, filled, inUse, known, page, place, recall, slotOf, state, sweep, table, use } from "./bridge";
import { watch } from "./exposure";
import { MARK } from "./mark";
import { reread } from "./remember";
import type { Answer, Filled } from "./types";

let current = 0;

/** Has the page changed since its address did? Until then, what somebody has seen belongs to the page before. */
let moved = true;

/** Put the page's own content back into an element, and forget it. */
export const clear = (element: Element): void => {
  const { shadowRoot } = element;
  filled.get(element)?.undo?.();
  // In a root of ours, a sheet says what the attribute says elsewhere.
  if (shadowRoot && filled.has(element) && !element.hasAttribute(MARK)) shadowRoot.adoptedStyleSheets = [];
  element.removeAttribute(MARK);
  filled.delete(element);
};

/** Settle a filled element anew; it is hidden again for no frame at all, unless an answer is awaited. */
export const renew = (element: Element): void => {
  clear(element);
  // It may be no slot any more.
  if (state.settled && slotOf(element)) place(element, true);
};

/** Does the element have what its slot has now? */
export const holds = ({ slot, decision }: Filled, { decisions } = page as Pick<Answer, "decisions">): boolean =>
  JSON.stringify(decision) == JSON.stringify(decisions[slot]);

/** Clear what shows something else. What stays the same is not touched, nor what the visitor is using. */
const fit = (answer: Pick<Answer, "decisions">, again?: boolean): void => filled.forEach((one, element) => {
  if (!holds(one, answer) && (again || moved || !one.seen) && !inUse(element)) clear(element);
});

/** Let an element count on this page view, too, when it has what this one's answer gives it. */
export const keep = (one: Filled): void => {
  if (!one.view || !holds(one)) return;
  one.view = state.view;
  watch(one.element);
};

const apply = (answer: Answer | undefined, again?: boolean): void => {
  // An app's next page that gets no answer leaves what is there.
  if (answer || again) fit(answer || { decisions: {} }, again);
  use(answer);
  if (answer) filled.forEach((one) => one.view == state.view || keep(one));
};

/** The address has changed: what nobody has seen waits for the answer, like what is new. */
export const depart = (first: unknown): void => {
  moved = false;
  if (!first) filled.forEach(({ seen }, element) => seen || inUse(element) || clear(element));
};

/** The page has changed, too. */
export const arrive = (): void => {
  if (moved) return;
  moved = true;
  if (!state.settled || !state.answer) return;
  fit(page as Pick<Answer, "decisions">);
  sweep();
};

/** Does the page still have to follow its address? */
export const awaited = (): boolean => !moved;

/** Ask and apply: a new page of an app, or (`again`) once more for this one, which then has no deadline. */
export const round = (again?: boolean): void => {
  const mine = ++current;
  const { view } = state;
  const choice = recall("consent");
  reread();
  const old = known();
  state.over = true;
  if (!again) {
    state.settled = false;
    if (old) apply(old);
    else setTimeout(() => view == state.view && !state.settled && apply(undefined), table.deadline);
  }
  emit("asked", again);
  ask().then((answer) => {
    // Only the last question's answer counts: one given to an earlier choice of the visitor's leaves nothing behind.
    if (mine != current) return;
    // Another tab may have changed what this answer was given with.
    if (choice != recall("consent")) return round(again);
    if (again || !state.settled) apply(answer || old, again);
    else if (answer) emit("late", answer);
  });
};
