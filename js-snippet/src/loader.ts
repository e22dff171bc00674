// The loader: hides the slots, asks once, fills each slot before it is painted, and shows the page's own content when no
// answer comes by the deadline. Whatever fails, the page is what it would be without it.
import { apply, NOT_YET } from "./apply";
import { ask, post } from "./ask";
import { key, known } from "./keep";
import { policy, register } from "./policy";
import { MARK } from "./mark";
import { elements, hidden, hide, slotOf } from "./slots";
import { emit, fail, state } from "./state";
import { store, table } from "./table";
import type { Answer, Call, Filled, Loader, Place } from "./types";
import { recall } from "./visitor";

const page = window as unknown as { mitate?: object };
const { nonce } = document.currentScript as HTMLScriptElement;

const filled: Map<Element, Filled> = new Map();
const queue: Call[] = [];

const load = (file: string, more?: object): HTMLScriptElement => document.head.appendChild(Object.assign(
  document.createElement("script"),
  { src: policy.createScriptURL(`${table.endpoint}/${file}`), nonce, ...more },
));

const place: Place = (element, shown) => {
  const { name: slot, shadow, live } = slotOf(element);
  const decision = state.decisions[slot];
  const beside = shadow || element.localName == "mitate-slot";
  let undo;
  let mark: unknown = true;
  try {
    if (decision && (shown || live)) undo = apply(element, decision, beside);
    // To a framework that hydrates, an attribute it doesn't know is a mistake: there the slot's root says it.
    if (beside && state.shadow && undo !== NOT_YET) mark = state.shadow(element);
  } catch (error) {
    fail("content", error, { slot, element });
  }
  if (undo === NOT_YET) return;
  const now: Filled = { slot, element, state: undo ? "variant" : "default", decision, undo };
  if (mark) element.setAttribute(MARK, now.state);
  filled.set(element, now);
  emit("applied", now);
};

/** Settle what is there. What somebody may have seen is never swapped. */
const sweep = (): void => {
  if (state.settled) elements(table.slots).filter((element) => !filled.has(element) && !element.hasAttribute(MARK))
    // All are looked at before one is touched, or each would have the page's styles worked out anew.
    .map((element) => [element, hidden(element)] as const)
    .forEach((found) => place(...found));
};

const use = (answer?: Answer): void => {
  if (state.ops && state.ops(document, answer)) return;
  state.settled = true;
  state.answer = answer;
  mitate.decisions = state.decisions = answer ? answer.decisions : {};
  if (answer) emit("decided", answer);
  sweep();
};

const mitate = {
  decisions: {},
  loader: [state, table, store, filled, queue, emit, recall, post, key, known, ask, use, sweep, slotOf, elements, place, load] as Loader,
  on(type: string, listen: (detail: unknown) => void) {
    document.addEventListener(`mitate:${type}`, (event) => listen((event as CustomEvent).detail));
  },
};
"track consent identify decide dismiss expose refresh".split(" ").forEach((name) =>
  (mitate as Record<string, unknown>)[name] = (...args: unknown[]) => new Promise((done) => queue.push([name, args, done])));

if (!page.mitate) {
  page.mitate = mitate;
  try {
    register();
    hide();
    new MutationObserver(sweep).observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", sweep);
    const old = known();
    if (old) use(old);
    else setTimeout(() => state.settled || use(), table.deadline);
    // A backend that decided has counted the page view, too.
    if (old && old.page_view) state.view = old.page_view;
    else ask().then((answer) => {
      // Another question may have been asked by now: one that this one's answer knows nothing of.
      if (state.over) return;
      if (!state.settled) use(answer);
      else if (answer) emit("late", answer);
    });
    load(table.script || "mitate.js", table.attributes);
  } catch (error) {
    fail("policy", error);
  }
}
