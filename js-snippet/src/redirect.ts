// A decision may send the visitor to another page instead of filling a slot.
import type { Answer } from "./types";

const bare = (url: string): string => url.replace(/#.*/, "");

/** Go there, leaving no history entry; true when the page is being left. */
export const leave = (decisions: Answer["decisions"]): boolean => {
  for (const name in decisions) {
    const { redirect } = decisions[name] || {};
    if (redirect) {
      const { href } = new URL(redirect, location.href);
      // Never to where the visitor is or comes from: two pages that redirect to each other would never end.
      if (/^http/.test(href) && ![location.href, document.referrer].map(bare).includes(bare(href))) {
        location.replace(href);
        return true;
      }
    }
  }
  return false;
};
