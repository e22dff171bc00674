// The pages of an app that never leaves its document.
import { ask, emit, state } from "./bridge";
import { told } from "./exposure";
import { depart, round } from "./round";

// What follows "#" is a page of its own only where apps write it so.
const page = (href: string): string => href.replace(/#(?![/!]).*/, "");

let here = page((performance.getEntriesByType("navigation")[0] || location as { name?: string }).name || location.href);

/** Another page view begins; when mitate.js came, the visitor may have been looking at the `first` one for a while. */
const begin = (first?: unknown): void => {
  state.from = here;
  here = page(location.href);
  state.view = `${Math.random()}`.slice(2);
  told.clear();
  emit("page", state.view);
  depart(first);
  round();
};

// An app that replaces its address notes there what the visitor types, or where a map is: that page is the same.
const look = (replaced?: unknown, first?: unknown): void => {
  const of = (href: string): string => (replaced ? href.replace(/\?[^#]*/g, "") : href);
  const now = page(location.href);
  if (of(now) != of(here)) begin(first);
  else here = now;
};

/** Follow the app. The Navigation API tells of every change; where there is none, what makes changes is wrapped. */
export const follow = (): void => {
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) navigation.addEventListener("currententrychange", (event) =>
    look((event as Event & { navigationType?: string }).navigationType == "replace"));
  else {
    (["pushState", "replaceState"] as const).forEach((name) => {
      const change = history[name];
      history[name] = function (...args) {
        change.apply(this, args);
        look(name == "replaceState");
      };
    });
    addEventListener("popstate", () => look());
  }
  // A page that comes back from the browser's memory is seen once more.
  addEventListener("pageshow", ({ persisted }) => persisted && begin());
  // Asking while nobody sees the page counts no visit; this does.
  document.addEventListener("prerenderingchange", ask);
  look(true, true);
};
