// A decision may send the visitor to another page instead of filling a slot.
import { draw } from "../draw";
import type { Answer, Decision, Loader, State } from "../types";

// Whoever arrives by a redirect stays, or pages that redirect to each other would never end. Nothing may be stored, so the
// address says it for a moment. A preview's address ends otherwise.
const ARRIVED = /#?mitate$/;
const arrived = ARRIVED.test(location.href);
if (arrived) history.replaceState(history.state, "", location.href.replace(ARRIVED, ""));

/**
 * Tell what counts when it is decided, then go where the first decision that redirects says, leaving no history entry; true
 * when the page is being left.
 *
 * Who stays is told of here as well, by the same request, since all else a page tells takes longer, and may never come.
 */
export const redirect = (
  state: State, { decisions, purposes, visitor }: Answer, post: Loader[7],
): boolean => {
  const told = state.told = state.told || new Set();
  const events: object[] = [];
  const to = document.createElement("a");
  const leaves = Object.keys(decisions).some((slot) => {
    const { experience, variant, reason, exposure, redirect } = decisions[slot] || {} as Decision;
    // Without one it is an address that nobody has.
    to.href = redirect!;
    if (exposure == "decided" && purposes[1] && !state.preview && !told.has(experience!)) {
      told.add(experience!);
      // Who was sent here was told of where that was decided.
      if (!arrived || to.href != location.href) {
        const detail = { id: draw(), type: "exposure", slot, experience, variant, reason };
        events.push(detail);
        // As the loader and mitate.js tell the page, and what comes later.
        state.log.push([performance.now(), "event", detail]);
        document.dispatchEvent(new CustomEvent("mitate:event", { detail }));
      }
    }
    return redirect && !arrived && /^http/.test(to.protocol) && location.href != to.href.split("#")[0];
  });
  // On a page that stays, mitate.js would remember this: without it, the next page takes the visitor for somebody else. Who a
  // backend has decided for is remembered by the backend; who has denied it by now, in another tab, by nobody.
  const { consent, preview } = state;
  const id = document.querySelector("script[data-mitate]") || /consent=00/.test(document.cookie) ? 0 : visitor;
  if ((leaves || events[0]) && !preview) Object.entries({ id, consent }).forEach(([name, value]) => {
    if (value) document.cookie =
      `mitate_${name}=${value};path=/;max-age=31536000;SameSite=Lax${location.protocol == "https:" ? ";Secure" : ""}`;
  });
  if (events[0]) post("events", { events }, { keepalive: true }).catch(() => {});
  const { href } = to;
  if (leaves) location.replace(to.origin == location.origin ? `${href}${href.includes("#") ? "" : "#"}mitate` : href);
  return leaves;
};
