// panel.js: what a preview shows its owner beside the page. Loaded for previews only, and never in a visitor's way.
import { connect, linkLanguage, type Mitate, strip } from "./connect";
import { frame } from "./frame";
import { end, recall, remember } from "./memory";
import { outline } from "./outline";
import { collect } from "./refusals";
import { look } from "./scene";
import { dress } from "./style";
import { WISHES } from "./trial";
import type { Language, Loader } from "./types";
import { draw } from "./view";
import { warnings } from "./warnings";
import { speak, type Word } from "./words";

const NAME = "mitate-panel";
const HAPPENINGS = ["asked", "decided", "applied", "late", "error", "exposed", "event"];

const languageOf = (loader: Loader): Language => {
  const wanted = loader.wish && (loader.wish.language || linkLanguage(loader.wish)) || document.documentElement.lang || navigator.language;
  return /^ja\b/i.test(wanted) ? "ja" : "en";
};

/** The host, above everything the page has; put back when a framework clears it away. */
const stand = (): ShadowRoot => {
  const host = document.createElement(NAME);
  const root = host.attachShadow({ mode: "open" });
  const put = (): void => {
    if (host.isConnected) return;
    document.documentElement.append(host);
    try {
      host.popover = "manual";
      host.showPopover();
    } catch { /* An old browser: it stands as high as z-index lifts it. */ }
  };
  put();
  new MutationObserver(put).observe(document.documentElement, { childList: true });
  return root;
};

const start = (mitate: Mitate, loader: Loader): void => {
  const root = stand();
  dress(root);
  const memory = recall();
  let status: Word | undefined;
  let language = memory.language || languageOf(loader);

  let planned = 0;
  const later = (): void => {
    planned = planned || requestAnimationFrame(now);
  };

  const refusals = collect(later);
  const layer = document.createElement("div");
  layer.className = "root layer";
  const body = document.createElement("div");
  body.className = "root";
  root.append(layer, body);
  const frames = outline(layer);

  const focus = (id: string): void => root.getElementById(id)?.focus();
  const keep = (): void => {
    remember(memory);
    now();
  };

  const ask = (): void => {
    status = "asking";
    now();
    mitate.refresh?.();
  };

  const deeds = {
    toggle(open: boolean): void {
      memory.open = open;
      if (!open) frames.hide();
      keep();
      if (open) root.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus();
      else focus("bar");
    },
    select(tab: typeof memory.tab & string, moves: boolean): void {
      memory.tab = tab;
      frames.hide();
      keep();
      if (moves) focus(`tab-${tab}`);
    },
    move(): void {
      memory.left = !memory.left;
      keep();
    },
    translate(): void {
      language = memory.language = language == "ja" ? "en" : "ja";
      if (loader.wish) loader.wish.language = language;
      loader.save();
      keep();
      // What the server finds wrong with this preview's wishes, it says in the language that asks.
      if (loader.answer?.preview?.problems?.length) ask();
    },
    change(part: Record<string, unknown>): void {
      const wish = loader.wish as Record<string, unknown> | undefined;
      if (!wish) return;
      for (const [name, value] of Object.entries(part)) {
        if (value === undefined) delete wish[name];
        else wish[name] = value;
      }
      loader.save();
      ask();
    },
    reset(): void {
      deeds.change(Object.fromEntries(WISHES.map((name) => [name, undefined])));
      focus(`tab-${memory.tab || "slots"}`);
    },
    end(): void {
      end();
      strip();
      location.reload();
    },
  };

  let tick: number | undefined;
  const now = (): void => {
    cancelAnimationFrame(planned);
    clearTimeout(tick);
    planned = 0;
    // Live facts change by the second; they are read while somebody looks at them.
    if (memory.open && memory.tab == "times") tick = setTimeout(later, 1000);
    const scene = look(loader, language, refusals);
    draw(body, [frame(scene, warnings(scene), memory, status ? speak(language)(status) : "", frames, deeds)]);
  };

  HAPPENINGS.forEach((type) => document.addEventListener(`mitate:${type}`, () => {
    if (status == "asking" && type == "decided") status = "followed";
    if (status == "asking" && (type == "late" || type == "error")) status = "not-followed";
    if (type == "decided") {
      loader.save();
      remember(memory);
    }
    later();
  }));
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.shiftKey && event.code == "KeyM") deeds.toggle(!memory.open);
  });
  // What is typed and clicked here is no business of the page's own shortcuts.
  ["keydown", "keyup", "keypress", "click", "pointerdown", "pointerup", "input", "change", "submit"].forEach((type) =>
    root.addEventListener(type, (event) => {
      if ((event as KeyboardEvent).key == "Escape" && type == "keydown" && memory.open) deeds.toggle(false);
      if (!(event as KeyboardEvent).altKey) event.stopPropagation();
    }));
  addEventListener("resize", later);
  loader.save();
  now();
  // What came too late for visitors is what the owner wants to see.
  const hurry = (): unknown => !loader.answer && mitate.refresh?.();
  if (loader.log.some(([, type]) => type == "late")) hurry();
  else document.addEventListener("mitate:late", hurry, { once: true });
};

const page = window as unknown as { mitate?: Mitate };

// A page that loads the file twice, or without a preview's loader, gets nothing more.
try {
  const loader = page.mitate && !document.querySelector(NAME) && connect(page.mitate);
  if (loader) start(page.mitate as Mitate, loader);
} catch (error) {
  console.warn(error);
}
