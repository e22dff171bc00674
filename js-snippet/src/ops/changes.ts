// Changes to elements, one row each: made at once, undone exactly, and asked whether they still stand.
import type { Add, Parse } from "./types";

const put = (element: Element, name: string, value: string | null): void => {
  if (value == null) element.removeAttribute(name);
  else element.setAttribute(name, value);
};

// Where the page has changed it since, its own change stays.
const attribute = (add: Add, element: Element, name: string, value: string | null): void => {
  const own = element.getAttribute(name);
  put(element, name, value);
  const held = (): boolean => element.getAttribute(name) == value;
  add([() => held() && put(element, name, own), held]);
};

// The server refuses the same at load; a page needn't take its word. URLs ignore blanks and control characters.
const safe = (name: string, value: string): boolean =>
  !/^on|^srcdoc=|=javascript:/i.test(`${name}=${value}`.replace(/[\0- ]/g, ""));

type Texts = Record<string, string>;

const attributes = (add: Add, element: Element, values: Texts): void => Object.keys(values).forEach(
  (name) => safe(name, values[name]!) && attribute(add, element, name, values[name]!));

const image = (add: Add, element: Element, values: Texts): void => {
  if (values.src != null) {
    // Both would be chosen before the new address.
    if (values.srcset == null) attribute(add, element, "srcset", null);
    const { parentElement } = element;
    if (parentElement && parentElement.localName == "picture") {
      parentElement.querySelectorAll("source").forEach((source) => attribute(add, source, "srcset", null));
    }
  }
  attributes(add, element, values);
};

export const classes = (add: Add, element: Element, change: { add?: string[]; remove?: string[] }): void => {
  const { classList } = element;
  const has = (name: string): boolean => classList.contains(name);
  const own = element.getAttribute("class");
  const more = (change.add || []).filter((name) => !has(name));
  const less = (change.remove || []).filter(has);
  classList.add(...more);
  classList.remove(...less);
  const now = element.getAttribute("class");
  add([() => {
    if (element.getAttribute("class") == now) return put(element, "class", own);
    classList.remove(...more);
    classList.add(...less);
  }, () => more.every(has) && !less.some(has)]);
};

// A style attribute is refused by a strict policy, a style object never.
const styles = (add: Add, element: Element, values: Texts): void => {
  const { style } = element as HTMLElement;
  const set = (to: CSSStyleDeclaration): void => Object.keys(values).forEach((name) => {
    const [value, priority] = values[name]!.split("!") as [string, string?];
    to.setProperty(name, value, priority);
  });
  // A shorthand changes several properties: here is seen which.
  const names = new Option().style;
  set(names);
  const look = (): string[][] => [...names].map(
    (name) => [name, style.getPropertyValue(name), style.getPropertyPriority(name)]);
  const own = look();
  const before = element.hasAttribute("style") && style.cssText;
  set(style);
  const after = style.cssText;
  const now = `${look()}`;
  add([() => {
    if (style.cssText == after) style.cssText = before || "";
    else own.forEach((one) => style.setProperty(...one as [string, string, string]));
    if (before === false && !style.length) element.removeAttribute("style");
  }, () => `${look()}` == now]);
};

/** An empty text: marks a place without being seen. */
export const marker = (): Text => new Text("");

// What the visitor or the page has since taken out of it stays out; a framework that renders anew takes out the marker.
const content = (add: Add, element: Element, nodes: ChildNode[]): void => {
  const own = [...element.childNodes];
  const mark = marker();
  element.replaceChildren(...nodes, mark);
  const held = (): boolean => mark.parentNode == element;
  add([() => {
    if (held()) element.replaceChildren(...own);
    else nodes.forEach((node) => node.remove());
  }, held]);
};

type Where = "before" | "after" | "prepend" | "append";

export const insert = (add: Add, element: Element, where: Where, ...nodes: ChildNode[]): void => {
  const mark = marker();
  nodes.push(mark);
  element[where](...nodes);
  const { parentNode } = mark;
  add([() => nodes.forEach((node) => node.remove()), () => mark.parentNode == parentNode]);
};

const inserting = (where: Where): Row => (add, element, html, parse) =>
  insert(add, element, where, ...parse(html as string));

/** Put a node where a marker is. What it plays, and where it is scrolled to, stays where the browser can do that. */
export const settle = (mark: ChildNode, node: ChildNode): void => {
  const parent = mark.parentNode as Node & { moveBefore?(node: Node, child: Node): void };
  if (parent && node.isConnected && parent.moveBefore) parent.moveBefore(node, mark);
  else mark.before(node);
  mark.remove();
};

const move = (add: Add, element: Element, place: Texts, scope: Element): void | true => {
  const where = Object.keys(place)[0] as Where;
  const target = scope.querySelector(place[where]!);
  if (!target || element.contains(target)) return true;
  const mark = marker();
  element.before(mark);
  target[where](element);
  const { parentNode } = element;
  // An element the page has since taken out stays out.
  add([() => element.isConnected ? settle(mark, element) : mark.remove(),
    () => mark.isConnected && element.parentNode == parentNode]);
};

const remove = (add: Add, element: Element): void => {
  const mark = marker();
  element.replaceWith(mark);
  add([() => mark.replaceWith(element), () => mark.isConnected && !element.isConnected]);
};

type Row = (add: Add, element: Element, value: never, parse: Parse, scope: Element) => void | true;

/** The operations by name. One that gives true found no place. */
export const ROWS: Record<string, Row> = {
  html: (add, element, value, parse) => content(add, element, parse(value)),
  text: (add, element, value) => content(add, element, [new Text(value)]),
  attributes,
  classes,
  styles,
  image,
  before: inserting("before"),
  after: inserting("after"),
  prepend: inserting("prepend"),
  append: inserting("append"),
  move: (add, element, value, _, scope) => move(add, element, value, scope),
  remove,
  hide: (add, element) => styles(add, element, { display: "none!important" }),
};
