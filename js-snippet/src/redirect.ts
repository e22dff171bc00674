// A decision may send the visitor to another page instead of filling a slot.
import type { Answer } from "./types";

/** Go there, leaving no history entry; true when the page is being left. */
export const leave = (decisions: Answer["decisions"]): boolean => Object.values(decisions).some(({ redirect }) => {
  if (!redirect) return false;
  const { href } = new URL(redirect, location.href);
  // Never to where the visitor is or comes from: two pages that redirect to each other would never end.
  if ([location.href, document.referrer].includes(href.split("#")[0] as string) || !/^http/.test(href)) return false;
  location.replace(href);
  return true;
});
