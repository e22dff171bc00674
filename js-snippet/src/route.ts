// The pages of an app that never leaves its document.
import { ask, emit, filled, state } from "./bridge";
import { told, watch } from "./exposure";
import { round } from "./round";

// What follows "#" is a page of its own only where apps write it so.
const page = (href: string): string => href.replace(/#(?![/!]).*/, "");

let here = page((performance.getEntriesByType("navigation")[0] || location as { name?: string }).name || location.href);

/** Another page view begins. */
const begin = (): void => {
  state.from = here;
  here = page(location.href);
  state.view = `${Math.random()}`.slice(2);
  told.clear();
  emit("page", state.view);
  // What stays is seen on this page view, too.
  filled.forEach((_, element) => (element.isConnected ? watch(element) : filled.delete(element)));
  round();
};

const look = (): void => {
  if (page(location.href) != here) begin();
};

/** Follow the app. The Navigation API tells of every change; where there is none, what makes changes is wrapped. */
export const follow = (): void => {
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) navigation.addEventListener("currententrychange", look);
  else {
    (["pushState", "replaceState"] as const).forEach((name) => {
      const change = history[name];
      history[name] = function (...args) {
        change.apply(this, args);
        look();
      };
    });
    addEventListener("popstate", look);
  }
  // A page that comes back from the browser's memory is seen once more.
  addEventListener("pageshow", ({ persisted }) => persisted && begin());
  // Asking while nobody sees the page counts no visit; this does.
  document.addEventListener("prerenderingchange", ask);
  look();
};
