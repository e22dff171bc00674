// The loader: hides the slots, asks once, fills each slot before it is painted, and shows the page's own content when no
// answer comes by the deadline. Whatever fails, the page is what it would be without it.
import { apply, NOT_YET } from "./apply";
import { ask, post } from "./ask";
import { keep, take } from "./keep";
import { createPolicy, type Policy } from "./policy";
import { leave } from "./redirect";
import { hidden, hide, MARK, nameOf, release, waiting } from "./slots";
import { table } from "./table";
import type { Answer, Filled, Loader } from "./types";
import { choose, draw, remember, who } from "./visitor";

interface Mitate {
  loader: Loader;
  decisions: Answer["decisions"];
  [method: string]: unknown;
}

const page = window as unknown as { mitate?: Mitate };

const emit = (type: string, detail: unknown): void =>
  void document.dispatchEvent(new CustomEvent(`mitate:${type}`, { detail }));

const run = (): void => {
  const { nonce } = (document.currentScript || {}) as HTMLScriptElement;
  const filled = new Map<Element, Filled>();
  let policy: Policy;
  let current = 0;
  let settled: boolean | undefined;
  let again: boolean | undefined;

  const queue: Loader["queue"] = [];
  const loader: Loader = {
    filled, queue, draw, who, choose, remember, post,
    call: (...call) => void queue.push(call),
    round: () => round(true),
  };
  const method = (name: string) => (...args: unknown[]) => loader.call(name, args);
  const mitate: Mitate = page.mitate = {
    loader,
    decisions: {},
    track: method("track"),
    consent: method("consent"),
    refresh: method("refresh"),
    on: (type: string, listen: (detail: unknown) => void) =>
      document.addEventListener(`mitate:${type}`, (event) => listen((event as CustomEvent).detail)),
  };

  // Settles what is there. What somebody may have seen is never swapped, unless the page asked for it.
  const sweep = (): void => {
    if (settled) for (const element of waiting()) {
      const slot = nameOf(element);
      const decision = mitate.decisions[slot];
      let undo;
      try {
        if (decision && (again || hidden(element))) undo = apply(element, decision, policy);
      } catch (error) {
        emit("error", error);
      }
      if (undo === NOT_YET) continue;
      const state = undo ? "variant" : "default";
      element.setAttribute(MARK, state);
      filled.set(element, { slot, decision, undo });
      emit("applied", { slot, element, state, decision });
    }
  };

  const use = (answer?: Answer): void => {
    const decisions = mitate.decisions = answer ? answer.decisions : {};
    settled = true;
    if (answer) emit("decided", answer);
    if (leave(decisions)) return;
    filled.forEach(({ slot, decision, undo }, element) => {
      // What stays the same is not touched: the visitor may be reading it.
      if (JSON.stringify(decision) != JSON.stringify(decisions[slot])) {
        if (undo) undo();
        element.removeAttribute(MARK);
        filled.delete(element);
      }
    });
    sweep();
    if (!answer || document.readyState != "loading") release();
  };

  const round = (repeated?: boolean): void => {
    const mine = ++current;
    const kept = take();
    if (kept && !repeated) use(kept);
    const settle = (answer?: Answer): void => {
      again = repeated;
      use(answer);
    };
    ask().then((answer) => {
      // An answer given to another choice of the visitor's must leave nothing behind.
      if (mine != current) return;
      loader.answer = answer;
      remember("id", answer.visitor);
      if (repeated || !settled) settle(answer);
      else {
        keep(answer);
        emit("late", answer);
      }
    }).catch((error) => {
      emit("error", error);
      if (mine == current && (repeated || !settled)) settle(kept);
    });
  };

  try {
    policy = createPolicy();
    hide();
    setTimeout(() => settled || use(), table.deadline);
    round();
    // Asking while nobody sees the page counts no visit; this does.
    if (document.prerendering) document.addEventListener("prerenderingchange", () => void ask().catch(() => {}));
    const observer = new MutationObserver(sweep);
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", () => {
      observer.disconnect();
      sweep();
      if (settled) release();
    });
    const script = document.createElement("script");
    script.src = policy.createScriptURL(`${table.endpoint}/mitate.js`);
    script.nonce = nonce || "";
    document.head.append(script);
  } catch (error) {
    emit("error", error);
    release();
  }
};

if (!(page.mitate && page.mitate.loader)) run();
