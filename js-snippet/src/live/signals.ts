// What the visitor is doing on this page, as the facts `live.*`: listened to only while some rule waits for them.
import { state } from "./bridge";

/** A fact as the page knows it: what hasn't happened is false. */
export type Fact = number | boolean;

const SECOND = 1000;

let facts: Record<string, Fact> = {};
let changed = (): void => {};

// Told later, or a rule would change the page under the event's own listeners.
const set = (name: string, value: Fact = true): void => {
  if (facts[name] !== value) setTimeout(() => changed());
  facts[name] = value;
};

// Ends what is being begun.
let stop: AbortController;
const on = (type: string, listener: (event: any) => void): void =>
  addEventListener(type, listener, { capture: true, signal: stop.signal } as AddEventListenerOptions);

let begun = 0;

/** Count seconds. No frame is drawn, and so none counted, while the page is out of sight. */
const time = (name: string, start: number): void => {
  const { signal } = stop;
  const tick = (): unknown => setTimeout(() => requestAnimationFrame(() => {
    if (signal.aborted) return;
    set(name, facts[name] as number + 1);
    tick();
  }), SECOND);
  facts[name] = start | 0;
  tick();
};

/** The form that was changed and not submitted. */
let form: Element | 0 = 0;

const exit = (): void => {
  set("live.exit_intent");
  if (form) set("live.form_abandoned");
};

/** Where a touch is, less a pixel for each millisecond. Hammer.js takes 0.3 for a swipe; to hurry is faster. */
const hurry = (event: TouchEvent): number => event.changedTouches[0]!.clientY - event.timeStamp;

const leaving = (): void => {
  let start: number;
  // Through the top: tabs, address and the way back are there.
  on("mouseout", (event) => event.relatedTarget || event.clientY > 0 || exit());
  // By touch the browser shows them again to who hurries back up.
  on("touchstart", (event) => start = hurry(event));
  on("touchend", (event) => hurry(event) > start && scrollY * 2 > innerHeight && exit());
};

let layer: any;

// Objects as Tag Manager takes them, or gtag's arguments; not what forward.js pushed.
const note = (entry: any): void => {
  if (entry && !entry.mitate) happened(entry.event || entry[0] == "event" && entry[1]);
};

const WATCH: Record<string, (name: string, of: string) => void> = {
  seconds: (name) => time(name, facts[name] as number || (performance.now() - begun) / SECOND),

  idle(name) {
    time(name, 0);
    ["pointermove", "pointerdown", "keydown", "scroll"].forEach((type) => on(type, () => facts[name] = 0));
  },

  // The lower edge of the window in percent of the page, as Tag Manager counts.
  scroll(name) {
    const measure = (): void => set(name, Math.max(facts[name] as number,
      (scrollY + innerHeight) / document.scrollingElement!.scrollHeight * 100 + 0.5 | 0));
    facts[name] = 0;
    on("scroll", measure);
    // What doesn't scroll yet may be incomplete.
    setTimeout(measure, SECOND);
  },

  visible(name, of) {
    const inView = new Set<Element>();
    const observer = state.viewer((element, half) => {
      inView[half ? "add" : "delete"](element);
      set(name, inView.size > 0);
    });
    const find = (): void => [
      ...state.elements(of), ...document.querySelectorAll(`[data-mitate-name="${of}"],[id="${of}"]`),
    ].forEach((element) => observer.observe(element));
    const arrivals = new MutationObserver(find);
    arrivals.observe(document, { childList: true, subtree: true });
    stop.signal.onabort = () => {
      observer.disconnect();
      arrivals.disconnect();
    };
    find();
  },

  clicked(name, of) {
    on("click", (event) => {
      const slots = state.elements(of);
      if (event.composedPath().some((node: HTMLElement) => node.id == of || slots.includes(node) ||
        node.dataset?.mitateName == of)) set(name);
    });
  },

  exit_intent: leaving,

  // Three clicks within 30 pixels, as mixpanel-js and posthog-js count, and within a second.
  rage_click(name) {
    let clicks: PointerEvent[] = [];
    // A disabled button, which makes angry most, sends no click.
    on("pointerup", (event) => {
      clicks = clicks.filter(({ timeStamp, clientX, clientY }) => event.timeStamp - timeStamp < SECOND &&
        Math.hypot(event.clientX - clientX, event.clientY - clientY) < 30).concat(event);
      // Three clicks also select a paragraph.
      if (clicks[2] && !`${getSelection()}`) set(name);
    });
  },

  form_abandoned(name) {
    let timer: number;
    on("input", (event) => form = event.composedPath()[0].form || form);
    on("submit", (event) => event.target == form && (form = 0));
    on("focusout", () => {
      clearTimeout(timer);
      timer = setTimeout(() => form && !form.matches(":focus-within") && set(name), 10 * SECOND);
    });
    leaving();
  },

  event() {
    if (layer) return;
    const all = window as unknown as { dataLayer: unknown };
    layer = all.dataLayer = all.dataLayer || [];
    const { push } = layer;
    layer.push = function (...entries: unknown[]) {
      entries.forEach(note);
      return push.apply(this, entries);
    };
    layer.forEach(note);
  },
};

/** Give a fact as it was when it was last watched. */
export const read = (name: string): Fact => name in facts && facts[name]!;

const stops: Record<string, AbortController> = {};

/** Give a fact, and keep it up to date from now on. Throws where there is no such fact. */
export const watch = (name: string): Fact => {
  if (!stops[name]) {
    const [, kind, of] = name.split(".") as [string, string, string];
    stop = new AbortController();
    WATCH[kind]!(name, of);
    stops[name] = stop;
  }
  return read(name);
};

/** Watch only facts that these rules name, and tell when one of them has changed. */
export const keep = (rules: string, then: () => void): void => {
  changed = then;
  for (const name in stops) {
    if (rules.includes(`"${name}"`)) continue;
    stops[name]!.abort();
    delete stops[name];
  }
};

/** Note an event under the name that the server gives it. */
export const happened = (name: unknown): void => {
  if (name) set("live.event." + `${name}`.toLowerCase().replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, ""));
};

/** Begin another page view, at this time of the page's: nothing has happened in it. */
export const restart = (at: number): void => {
  keep("", () => {});
  facts = {};
  begun = at;
};
