// A decision may send the visitor to another page instead of filling a slot.
import type { Answer, Decision } from "../types";

/** Who sends a report that outlives the page. */
type Report = (slot: string, decision: Decision) => void;

// Whoever arrives by a redirect stays, or pages that redirect to each other would never end. Nothing may be stored, so the
// address says it for a moment. A preview's address ends otherwise.
const ARRIVED = /#?mitate$/;
const arrived = ARRIVED.test(location.href);
if (arrived) history.replaceState(history.state, "", location.href.replace(ARRIVED, ""));

/** Go there, leaving no history entry, when it has been told; true when the page is being left. */
export const redirect = ({ decisions }: Answer, report: Report): boolean => Object.keys(decisions).some((slot) => {
  const decision = decisions[slot];
  if (arrived || !decision || !decision.redirect) return false;
  const to = document.createElement("a");
  to.href = decision.redirect;
  const { href, origin, protocol } = to;
  if (!/^http/.test(protocol) || location.href == href.split("#")[0]) return false;
  report(slot, decision);
  location.replace(origin == location.origin ? `${href}${href.includes("#") ? "" : "#"}mitate` : href);
  return true;
});
