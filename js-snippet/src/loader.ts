// The loader: hides the slots, asks once, fills each slot before it is painted, and shows the page's own content when no
// answer comes by the deadline. Whatever fails, the page is what it would be without it.
import { added } from "./added";
import { apply, NOT_YET } from "./apply";
import { ask, post } from "./ask";
import { key, known } from "./keep";
import { policy, register } from "./policy";
import { MARK } from "./mark";
import { elements, hidden, hide, hiding, parsed, slotOf } from "./slots";
import { emit, fail, state } from "./state";
import { store, table } from "./table";
import type { Answer, Call, Filled, Ground, Loader, Place } from "./types";
import { recall } from "./visitor";

const script = document.currentScript as HTMLScriptElement | null;

const filled: Map<Element, Filled> = new Map();
const queue: Call[] = [];

const load = (file: string, more?: object): HTMLScriptElement => document.head.appendChild(Object.assign(
  document.createElement("script"),
  { src: policy.createScriptURL(`${table.endpoint}/${file}`), nonce: script?.nonce, ...more },
));

const LAST = 9;

let brought: unknown;

const bring = (): void => {
  brought = brought || load(table.script || "mitate.js", table.attributes);
};

const place: Place = (element, shown) => {
  if (filled.has(element)) return;
  const { name: slot, shadow, live } = slotOf(element);
  const decision = mitate.decisions[slot];
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
  const now: Filled = {
    slot, element, state: undo ? "variant" : "default", decision, undo, view: shown || live ? state.view : undefined,
  };
  if (mark) element.setAttribute(MARK, now.state);
  filled.set(element, now);
  emit("applied", now);
};

/** Settle what is there, or what came. What somebody may have seen is never swapped. */
const sweep = (nodes?: Ground[]): void => {
  if (state.settled) elements(table.slots, nodes).filter((element) => !element.hasAttribute(MARK))
    // All are looked at before one is touched, or each would have the page's styles worked out anew.
    .map((element) => [element, hidden(element)] as const)
    .forEach((found) => place(...found));
};

/** Hide what comes. Once the page has been painted, what was there and somebody may be reading is left alone. */
const cover = (came: Ground[]): void => {
  if (hiding()) return;
  const fresh = elements(table.slots, came);
  if (performance.getEntriesByType("paint")[0]) elements(table.slots).forEach((element) =>
    slotOf(element).live || element.hasAttribute(MARK) || fresh.includes(element) ||
      element.getBoundingClientRect().top > innerHeight || place(element, 0));
  hide();
};

const use = (answer?: Answer): void => {
  state.answer = answer;
  if (answer && state.ops?.(document, answer, post)) return;
  state.settled = true;
  mitate.decisions = answer?.decisions || {};
  if (answer) emit("decided", answer);
  sweep();
};

const on = (type: string, listen: (detail: unknown) => void): void =>
  document.addEventListener(`mitate:${type}`, (event) => listen((event as CustomEvent).detail));

const mitate = {
  decisions: {} as Answer["decisions"],
  loader: [state, table, store, filled, queue, emit, recall, post, key, known, ask, use, sweep, slotOf, elements, place, load] as Loader,
  on,
  decide: (slot: string) => new Promise((done) => {
    const end = (): void => done(mitate.decisions[slot]);
    if (state.settled) return end();
    document.addEventListener("mitate:decided", end, { once: true });
    setTimeout(end, table.deadline);
  }),
};

const question = (): void => {
  const mine = state.over = ask();
  mine.then((answer) => {
    if (answer) bring();
    // Another question may have been asked by now: one that this one's answer knows nothing of.
    if (mine != state.over) return;
    if (!state.settled) use(answer);
    else if (answer) emit("late", answer);
  });
};

"track consent identify dismiss expose refresh".split(" ").forEach((name) =>
  (mitate as Record<string, unknown>)[name] = (said: any, more: unknown) => {
    // A call that mitate.js has answered leaves nothing to do.
    if (!queue.push([name, [said, more]]) || !state.over || state.settled) return;
    const before = key();
    if (name == "consent") state.consent = `${+!!said?.personalization}${+!!said?.analytics}`;
    if (name == "identify") state.token = said || undefined;
    if (key() != before) question();
  });

if (!window.mitate) {
  window.mitate = mitate as never;
  try {
    register();
    cover([]);
    new MutationObserver((changes) => {
      const came = added(changes);
      cover(came);
      // Pages change all the time: what the parser had to leave waiting is looked for only as long as it is at work.
      sweep(parsed() ? came : undefined);
    }).observe(document, { childList: true, subtree: true });
    document.addEventListener("readystatechange", () => sweep());
    const old = known();
    // A backend that decided has counted the page view, too.
    if (old?.page_view) state.view = old.page_view;
    if (old) use(old);
    // On a busy machine the timer may be due together with the answer, which then has its turn first.
    else setTimeout(() => setTimeout(() => state.settled || use(), LAST), table.deadline - LAST);
    if (!old?.page_view) question();
    // A script that hangs would keep the page from having loaded: the server must have answered, or the page have loaded.
    addEventListener("load", bring);
    if (table.attributes || document.readyState == "complete") bring();
  } catch (error) {
    fail("policy", error);
  }
}
