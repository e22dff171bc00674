// The slots of the page: hidden by a sheet of their own, found as the parser or an app brings them.
import { MARK } from "./mark";
import { selectorOf, table } from "./table";
import type { Ground, Slot } from "./types";

let sheet: CSSStyleSheet;

/** Page code that sets its own sheets anew may have forgotten ours. */
export const hiding = (): boolean => document.adoptedStyleSheets.includes(sheet);

/**
 * Hide each slot from its first frame until it is marked. Throws in an old browser, which then sees the page as it is.
 *
 * An animation hides, not a declaration: it ends by itself, so the page's own content appears even if no script lives to
 * show it. Two, since a reset in a layer outweighs us: one that shortens animations leaves their delay, and the other way
 * round. Opacity, since the page may have made visible what is in the slot. `:not(#_)` outweighs the site's other rules;
 * "min-height:undefined" is no declaration, and so reserves nothing.
 */
export const hide = (): void => {
  sheet = new CSSStyleSheet();
  sheet.replaceSync(table.slots.map((slot) => `${selectorOf(slot)}:not(#_){min-height:${slot.reserve}}`).join("") +
    `:is(${table.slots.filter(({ live }) => !live).map(selectorOf)}):not([${MARK}],#_)` +
    `{animation:mitate ${table.deadline}ms,mitate 1ms ${table.deadline}ms backwards!important}@keyframes mitate{0%,to{visibility:hidden;opacity:0}}`);
  document.adoptedStyleSheets.push(sheet);
};

/**
 * The elements of these slots, on the whole page or among what came to it. All slots without a selector share a rough
 * question: to tell each apart, node by node, takes twenty times as long. `:is` passes over empty places.
 */
export const elements = (slots: Slot[], nodes: Ground[] = [document]): Element[] => nodes.flatMap((node) => [
  node as Element,
  ...node.querySelectorAll?.(`:is([data-mitate],mitate-slot,${slots.map(({ selector }) => selector)})`) || [],
]).filter((element) => element.isConnected && element.matches?.(`:is(${slots.map(selectorOf)})`));

export const slotOf = (element: Element): Slot =>
  table.slots.find((slot) => element.matches(selectorOf(slot))) as Slot;

/** Nobody has seen it yet. */
export const hidden = (element: Element): boolean => getComputedStyle(element).visibility == "hidden";

export const parsed = (): boolean => document.readyState != "loading";

/** Has the parser left this node? What it still adds would end up beside the variant. */
export const whole = (node: Node | null): unknown =>
  parsed() || (node && (node.nextSibling || whole(node.parentNode)));
