// mitate.js: what the page needs after its first paint. It finds the loader's parts, answers the calls that waited, asks
// again, looks after what was filled, waits for what only the page will know, and tells the server what was seen and done.
import type { Consent, Mitate } from "../mitate";
import { draw, elements, emit, filled, inUse, load, page, place, put, queue, recall, state, sweep, table } from "./bridge";
import { tell, tellDecided, told, watch } from "./exposure";
import { look, watchOver } from "./guard";
import { drop, flush, leave, push } from "./record";
import { forget, learn, remember } from "./remember";
import { clear, round } from "./round";
import { follow } from "./route";
import { take } from "./take";
import type { Answer, Call, Decision, Filled } from "./types";
import { viewer } from "./view";

const SUPPRESSED: Decision = { reason: "SUPPRESSED" };

/** So much of what happened is kept. */
const MOST = 200;

const dismissed = new Set<string | undefined>();

const methods: Record<string, (...args: never[]) => unknown> = {
  track(name: string, props?: Parameters<Mitate["track"]>[1]) {
    const { value, ...rest } = JSON.parse(JSON.stringify(props || {}));
    emit("tracked", name);
    push({ type: "track", name: `${name}`, value: +value, props: rest });
  },

  consent({ personalization, analytics }: Consent) {
    const choice = `${+!!personalization}${+!!analytics}`;
    // The loader has asked with it already.
    const asked = choice == state.consent;
    // A consent banner may repeat itself on every page.
    if (!asked && choice == recall("consent")) return;
    remember("consent", choice);
    if (choice == "00") remember("id");
    if (choice < "10" || !asked) forget();
    if (!+choice[1]!) drop();
    if (!asked) round(true);
  },

  identify(token: string | null) {
    if (token == state.token) return;
    state.token = token || undefined;
    round(true);
  },

  dismiss(slot: string) {
    const { experience, variant } = page.decisions[slot] || {} as Decision;
    if (!experience) return;
    dismissed.add(experience);
    forget();
    push({ type: "dismiss", slot, experience, variant });
    for (const name in page.decisions) {
      if (page.decisions[name]?.experience != experience) continue;
      put(name, SUPPRESSED);
      elements(name).forEach((element) => {
        const focused = inUse(element) && element as HTMLElement;
        clear(element);
        place(element, false);
        // Whoever used the keyboard goes on from here, not from the top of the page.
        if (focused) {
          focused.tabIndex = -1;
          focused.focus({ preventScroll: true });
        }
      });
    }
  },

  expose: (slot: string) => tell(slot, page.decisions[slot]!),

  refresh: () => round(true),
};

const answerCall = ([name, args]: Call): void => {
  try {
    (methods[name] as (...args: unknown[]) => unknown)(...args);
  } catch (error) {
    console.warn(error);
  }
};

/** live.js, once something waits for it. */
let live: unknown;

const decided = (answer: Answer, age: number, inPage?: unknown): void => {
  learn(answer, age, inPage);
  // What the server can't know yet.
  for (const slot in page.decisions) {
    if (dismissed.has(page.decisions[slot]?.experience)) put(slot, SUPPRESSED);
  }
  tellDecided();
  if (answer.residuals) live = live || load("live.js");
};

// Seconds in sight since they were last told; not a number while out of sight.
let since = 0;

const rest = (): void => {
  const seconds = Math.round((performance.now() - since) / 1000);
  if (seconds > 0) push({ type: "visit", seconds });
  since = NaN;
  leave();
};

const show = (): void => {
  if (document.hidden) return rest();
  since = performance.now();
  tellDecided();
  filled.forEach((_, element) => watch(element));
};

const hear = (type: string, detail: never, age: number, inPage?: unknown): void => {
  if (type == "decided") decided(detail, age, inPage);
  if (type == "late") learn(detail, age);
  if (type == "applied") {
    look(detail);
    watch((detail as { element: Element }).element);
  }
};

/** Keep the last of what happened for files that come late, and none of the elements that it happened to. */
const shorten = (): void => {
  state.log.splice(0, state.log.length - MOST);
  state.log.forEach((entry) => {
    if (entry[1] == "applied") entry[2] = { slot: (entry[2] as Filled).slot };
  });
};

// A decision in the page serves it once, and says nothing of who the next page is for.
const inPage = !state.preview && document.querySelector("script[data-mitate]");
if (inPage) inPage.removeAttribute("data-mitate");
if (state.preview) load("panel.js");

Object.assign(state, {
  table: () => table, filled, elements, emit, draw, flush, sweep, tell, take, viewer,
  allowed: ({ experience, left }: Decision) => !dismissed.has(experience) && (left == null || left > +told.has(experience!)),
});
(page as { loader?: unknown }).loader = state;
(["decided", "late", "applied", "event", "error"] as const).forEach((type) => page.on(type, (detail) => {
  hear(type, detail as never, 0);
  shorten();
}));
[...state.log].forEach(([at, type, detail]) => hear(type, detail as never, performance.now() - at, inPage));
document.addEventListener("visibilitychange", show);
addEventListener("pagehide", rest);
addEventListener("click", (event) => {
  const path = event.composedPath() as Element[];
  const slot = path.find((node) => filled.has(node));
  if (slot && path.some((node) => node.matches?.("[data-mitate-dismiss]"))) {
    methods.dismiss!(filled.get(slot)!.slot as never);
  }
});
show();
watchOver();
follow();
const calls = (queue as Call[]).splice(0);
queue.push = answerCall;
// A banner may begin with a denial and say at once what was chosen: only that is asked with.
const choices = calls.filter(([name]) => name == "consent");
calls.forEach((call) => call[0] == "consent" && call != choices[choices.length - 1] || answerCall(call));
if (table.forward) load("forward.js");
// An older tag has not brought shadow.js along.
if (table.slots.some(({ shadow }) => shadow)) load(state.shadow ? "element.js" : "shadow.js");
emit("ready", state);
