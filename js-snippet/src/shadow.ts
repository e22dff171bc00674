// A block in a shadow root, beside nodes that belong to a framework: they stay where they are, untouched and merely not
// shown, so that it can hydrate, re-render and remove them as if nobody had been here. Not even an attribute is set.
import type { Undo } from "./types";

/** Marks what stands in a root for an element that is around it. */
export const TWIN = "data-mitate-twin";

const roots = new WeakMap<Element, ShadowRoot>();
const copies = new WeakMap<CSSStyleSheet, [key: string, copies: CSSStyleSheet[]]>();
let own: CSSStyleSheet | undefined;

// A sheet of another origin that doesn't share itself may be used, and not read: this throws.
const copied = (sheet: CSSStyleSheet): CSSStyleSheet[] => {
  const { cssRules, href, media } = sheet;
  const key = media.mediaText + cssRules.length;
  let [of, copy] = copies.get(sheet) || [];
  if (of != key) {
    const rest = new CSSStyleSheet({ media });
    let text = "";
    copy = [];
    // A constructed sheet imports nothing.
    for (const rule of cssRules as Iterable<CSSRule & { styleSheet?: CSSStyleSheet }>) {
      if (rule.styleSheet) copy.push(...copied(rule.styleSheet));
      else text += rule.cssText;
    }
    // Nor does it stand where the sheet stands; browsers don't keep to the base address that it could be given.
    rest.replaceSync(text.replace(/url\("(?!#|data:)([^"]*)/g, (_, url) => `url("${new URL(url, href || document.baseURI)}`));
    copy.push(rest);
    copies.set(sheet, [key, copy]);
  }
  return copy as CSSStyleSheet[];
};

/** Let the page's styles, as they are now, reach into a root. All roots share one copy of each sheet. */
export const styles = (root: ShadowRoot): void => {
  if (!own) {
    own = new CSSStyleSheet();
    const twin = `[${TWIN}]:not(#_)`;
    own.replaceSync(`${twin}{all:inherit!important;animation:none!important;transition:none!important;` +
      `display:contents!important}${twin}::before,${twin}::after{content:none!important}` +
      ":host{animation:none!important}");
  }
  root.adoptedStyleSheets = [...document.styleSheets].flatMap((sheet) => {
    try {
      return sheet.disabled ? [] : copied(sheet);
    } catch {
      const { href } = sheet;
      if (href && ![...root.children].some((link) => (link as HTMLLinkElement).href == href)) {
        root.prepend((sheet.ownerNode as Node).cloneNode());
      }
      return [];
    }
  }).concat(document.adoptedStyleSheets, own);
};

/** The element's root, which shows what the page has in it. Throws where one can't be, or where the page has its own. */
const inside = (element: Element): ShadowRoot => {
  let root = roots.get(element);
  if (!root) {
    roots.set(element, root = element.attachShadow({ mode: "open" }));
    root.append(document.createElement("slot"));
    // A sheet whose link stands in the page can still be on its way. What comes when all is there, element.js tells.
    if (document.readyState != "complete") document.addEventListener("load", () => styles(root as ShadowRoot), true);
  }
  return root;
};

const TOLD = /^(id|class|lang|dir|data-(?!mitate).+)$/;

/** Say of a twin what selectors ask of the element it stands for. */
export const same = (twin: Element, element: Element): void => {
  for (const name of twin.getAttributeNames()) {
    if (TOLD.test(name) && !element.hasAttribute(name)) twin.removeAttribute(name);
  }
  for (const { name, value } of element.attributes) {
    if (TOLD.test(name)) twin.setAttribute(name, value);
  }
};

// Selectors such as ".hero h1" and ".dark p" ask for what is around a node, and never look beyond its root. So what is
// around the root is told again in it, by elements without a box, a role or a behavior.
const around = (element: Element, inner: Node | string): Element => {
  const { localName, parentElement } = element;
  const twin = document.createElement(/-|^(a|button|details|form|label)$/.test(localName) ? "div" : localName);
  same(twin, element);
  twin.setAttribute("role", "none");
  twin.setAttribute(TWIN, "");
  twin.append(inner);
  return parentElement ? around(parentElement, twin) : twin;
};

export function fill(element: Element, content: DocumentFragment | string): Undo;
export function fill(element: Element): undefined;
/** Show this instead of the element's own content, for as long as the page keeps that; without one, its own. */
export function fill(element: Element, content?: DocumentFragment | string): Undo | undefined {
  const root = inside(element);
  styles(root);
  if (content === undefined) return undefined;
  const slot = root.querySelector("slot") as HTMLSlotElement;
  const block = around(element, content);
  let there: boolean;
  const show = (on: boolean): void => {
    slot.hidden = on;
    if (on) root.append(block);
    else block.remove();
  };
  slot.onslotchange = () => {
    const here = slot.assignedNodes().some((node) => node.nodeType == 1 || (node as Text).data.trim());
    // Where nothing was from the start, nothing can be removed.
    if (here != slot.hidden && (here || there)) show(here);
    there = here;
  };
  show(true);
  return () => {
    slot.onslotchange = null;
    show(false);
  };
}
