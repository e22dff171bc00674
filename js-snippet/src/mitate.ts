// mitate.js: what the page needs after its first paint. It finds the loader's state, answers the calls that waited, and
// tells the server what was seen and done.
import type { Mitate } from "../mitate";
import { filled, queue, recall, remember, round } from "./bridge";
import { watch } from "./exposure";
import { flush, push } from "./record";
import type { Call, Consent } from "./types";

const methods: Record<string, (...args: never[]) => void> = {
  track(name: string, props?: Parameters<Mitate["track"]>[1]) {
    const { value, ...rest } = JSON.parse(JSON.stringify(props || {}));
    push({ type: "track", name: `${name}`, value: +value, props: rest });
  },

  consent({ personalization, analytics }: Consent) {
    const choice = (personalization ? "1" : "0") + (analytics ? "1" : "0");
    // A consent banner may repeat itself on every page.
    if (choice == recall("consent")) return;
    remember("consent", choice);
    if (choice == "00") remember("id");
    round();
  },

  refresh: round,
};

const answer = ([name, args]: Call): void => {
  try {
    (methods[name] as (...args: unknown[]) => void)(...args);
  } catch (error) {
    console.warn(error);
  }
};

// Seconds in sight since they were last told; not a number while out of sight.
let since = 0;

const rest = (): void => {
  const seconds = Math.round((performance.now() - since) / 1000);
  if (seconds > 0) push({ type: "visit", seconds });
  since = NaN;
  flush();
};

const look = (): void => {
  if (document.hidden) return rest();
  since = performance.now();
  filled.forEach((_, element) => watch(element));
};

document.addEventListener("mitate:applied", ({ detail }) => watch(detail.element));
document.addEventListener("visibilitychange", look);
addEventListener("pagehide", rest);
look();
(queue as Call[]).forEach(answer);
queue.push = answer;
