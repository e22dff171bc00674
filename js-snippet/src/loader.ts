// The loader: hides the slots, asks once, fills each slot before it is painted, and shows the page's own content when no
// answer comes by the deadline. Whatever fails, the page is what it would be without it.
import { apply, NOT_YET } from "./apply";
import { ask, post } from "./ask";
import { keep, take } from "./keep";
import { policy, register } from "./policy";
import { leave } from "./redirect";
import { hidden, hide, MARK, parsing, release, slotOf, waiting } from "./slots";
import { table } from "./table";
import { type Answer, type Call, type Filled, type Loader, SILENT } from "./types";
import { draw, recall, remember } from "./visitor";

interface Mitate {
  loader: Loader;
  decisions: Answer["decisions"];
  [method: string]: unknown;
}

const page = window as unknown as { mitate?: Mitate };

let current = 0;
let settled: boolean | undefined;
let first: boolean | undefined;

const emit = (type: string, detail: unknown): unknown =>
  document.dispatchEvent(new CustomEvent(`mitate:${type}`, { detail }));

const round = (initial?: boolean): void => {
  const mine = ++current;
  const kept = take();
  if (kept && initial) use(kept, initial);
  ask().then((answer) => {
    // Only the last question's answer counts: one given to an earlier choice of the visitor's leaves nothing behind.
    if (mine != current) return;
    // A problem report, or whatever a proxy says, has no purposes and fails here.
    loader[SILENT] = !answer.purposes[1];
    remember("id", answer.visitor);
    if (initial && settled) {
      emit("late", answer);
      keep(answer);
    } else use(answer, initial);
  }).catch((error) => {
    emit("error", error);
    if (mine == current && !(initial && settled)) use(kept, initial);
  });
};

const filled: Loader[0] = new Map();
const queue: Call[] = [];
const loader: Loader = [filled, queue, draw, recall, remember, post, () => round()];
const mitate: Mitate = {
  loader,
  decisions: {},
  on: (type: string, listen: (detail: unknown) => void) =>
    document.addEventListener(`mitate:${type}`, (event) => listen((event as CustomEvent).detail)),
};
["track", "consent", "refresh"].forEach((name) => mitate[name] = (...args: unknown[]) => queue.push([name, args]));

/** Settle what is there. What somebody may have seen is never swapped, unless the page asked for it. */
const sweep = (): void => {
  if (!settled) return;
  for (const element of waiting()) {
    const slot = slotOf(element);
    const decision = mitate.decisions[slot];
    let undo;
    try {
      if (decision && (!first || hidden(element))) undo = apply(element, decision);
    } catch (error) {
      emit("error", error);
    }
    if (undo === NOT_YET) continue;
    const now: Filled = { slot, element, state: undo ? "variant" : "default", decision, undo };
    element.setAttribute(MARK, now.state);
    filled.set(element, now);
    emit("applied", now);
  }
  if (!parsing()) release();
};

const use = (answer: Answer | undefined, initial: boolean | undefined): void => {
  const decisions = answer ? answer.decisions : {};
  if (leave(decisions)) return;
  settled = true;
  first = initial;
  mitate.decisions = decisions;
  if (answer) emit("decided", answer);
  else release();
  filled.forEach(({ slot, decision, undo }, element) => {
    // What stays the same is not touched: the visitor may be reading it.
    if (JSON.stringify(decision) != JSON.stringify(decisions[slot])) {
      if (undo) undo();
      element.removeAttribute(MARK);
      filled.delete(element);
    }
  });
  sweep();
};

if (!page.mitate) {
  page.mitate = mitate;
  try {
    register();
    hide();
    setTimeout(() => settled || use(undefined, true), table.deadline);
    round(true);
    // Asking while nobody sees the page counts no visit; this does.
    document.addEventListener("prerenderingchange", () => ask().catch(() => {}));
    const observer = new MutationObserver(sweep);
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => {
      observer.disconnect();
      sweep();
    });
    const script = document.createElement("script");
    script.src = policy.createScriptURL(`${table.endpoint}/mitate.js`);
    script.nonce = (document.currentScript as HTMLScriptElement).nonce;
    document.head.append(script);
  } catch (error) {
    emit("error", error);
  }
}
