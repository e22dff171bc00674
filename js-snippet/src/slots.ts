// The slots of the page: hidden by a sheet of their own, found as the parser brings them.
import { table } from "./table";

export const MARK = "data-mitate-state";

// An animation hides, not a declaration: it ends by itself, so the page's own content appears even if no script lives to
// show it. `:is` keeps a list of selectors together; `:not(#_)` outweighs the site's rules; "min-height:null" is no
// declaration, and so reserves nothing.
const rules = table.slots.map(({ selector, reserve }) =>
  `:is(${selector}):not(#_){min-height:${reserve}}` +
  `:is(${selector}):not([${MARK}]){animation:mitate ${table.deadline}ms!important}`).join("");

let sheet: CSSStyleSheet;

/** Hide the slots until they have their content. Throws in an old browser, which then sees the page as it is. */
export const hide = (): void => {
  sheet = new CSSStyleSheet();
  sheet.replaceSync(`${rules}@keyframes mitate{0%,to{visibility:hidden}}`);
  document.adoptedStyleSheets.push(sheet);
};

/** Hide no slot from now on; what is reserved stays, or the page would jump. */
export const release = (): void => sheet.replaceSync(rules);

/** The slots' elements in the page that don't show their content yet. */
export const waiting = (): Iterable<Element> =>
  document.querySelectorAll(`:is(${table.slots.map(({ selector }) => selector)}):not([${MARK}])`);

export const slotOf = (element: Element): string =>
  (table.slots.find(({ selector }) => element.matches(selector)) as { name: string }).name;

/** Nobody has seen it yet. */
export const hidden = (element: Element): boolean => getComputedStyle(element).visibility == "hidden";

export const parsing = (): boolean => document.readyState == "loading";

/** Has the parser left this node? What it still adds would end up beside the variant. */
export const whole = (node: Node | null): unknown =>
  !parsing() || (node && (node.nextSibling || whole(node.parentNode)));
