// Changes to elements, one row each: made at once, undone exactly, and asked whether they still stand.
import type { Add, Parse, Rows, Where } from "./types";

// A style attribute is refused by a strict policy, a style object never.
const put = (element: Element, name: string, value: string | null): void => {
  if (value == null) element.removeAttribute(name);
  else if (name == "style") (element as HTMLElement).style.cssText = value;
  else element.setAttribute(name, value);
};

/** An empty text: marks a place without being seen. */
export const marker = (): Text => new Text("");

/** What may be done to elements inside `scope`; each change is noted by `add`. */
export const changes = (scope: Element, add: Add, parse: Parse): Rows => {
  /** Change what has names. What the page itself has changed since stays as it is when the rest is undone. */
  const change = <T>(
    element: Element, values: Record<string, T>, get: (name: string) => T, set: (name: string, value: T) => void, list?: string,
  ): void => {
    const names = Object.keys(values);
    const text = (): string | null | undefined => list && element.getAttribute(list);
    const own = names.map(get);
    const before = text();
    names.forEach((name) => set(name, values[name]!));
    const now = names.map(get);
    const after = text();
    const still = (name: string, place: number): boolean => get(name) == now[place];
    // Classes and styles have an order: as long as only we changed them, it comes back, too.
    add(() => list && text() == after ? put(element, list, before!)
      : names.forEach((name, place) => still(name, place) && set(name, own[place]!)), () => names.every(still));
  };

  // The server refuses the same at load; a page needn't take its word. URLs ignore blanks and control characters.
  const attributes = (element: Element, values: Record<string, string | null>): void => Object.keys(values).forEach(
    (name) => /^on|^srcdoc=|=javascript:/i.test(`${name}=${values[name]}`.replace(/[\0- ]/g, "")) ||
      change(element, { [name]: values[name]! }, (name) => element.getAttribute(name), (name, value) => put(element, name, value)));

  const styles = (element: Element, values: Record<string, string>): void => {
    const { style } = element as HTMLElement;
    change(element, values, (name) => style.getPropertyValue(name), (name, value) => {
      style.setProperty(name, ...value.split("!") as [string]);
      // As a style is written when it is read back: so two texts of one style are the same.
      style.cssText += "";
    }, "style");
  };

  // What the visitor or the page takes out of it stays out; a framework that renders anew takes out the marker.
  const insert = (element: Element, nodes: ChildNode[], where: Where): (() => boolean) => {
    const mark = marker();
    nodes.push(mark);
    element[where](...nodes);
    const { parentNode } = mark;
    const held = (): boolean => mark.parentNode == parentNode;
    add(() => nodes.forEach((node) => node.remove()), held);
    return held;
  };

  // The page's own nodes are kept as they are, with their listeners, not as text.
  const fill = (element: Element, nodes: ChildNode[]): void => {
    const own = [...element.childNodes];
    element.replaceChildren();
    const held = insert(element, nodes, "append");
    add(() => held() && element.replaceChildren(...own), held);
  };

  return {
    attributes,
    styles,
    insert,
    html: (element, html: string) => fill(element, parse(html)),
    text: (element, text: string) => fill(element, [new Text(text)]),
    classes: (element, values: Record<string, boolean>) => change(
      element, values, (name) => element.classList.contains(name), (name, on) => element.classList.toggle(name, on), "class"),
    image(element, values: Record<string, string | null>) {
      // The sources of a <picture> come before its image.
      if (values.src) (element.closest("picture") || element).querySelectorAll("source").forEach(
        (source) => attributes(source, { srcset: null }));
      attributes(element, values);
    },
    hide: (element) => styles(element, { display: "none!important" }),
    remove(element) {
      const mark = marker();
      element.replaceWith(mark);
      add(() => mark.replaceWith(element), () => !element.isConnected);
    },
    move(element, [where, place]: [Where, string]) {
      const target = scope.querySelector(place);
      if (!target || element.contains(target)) return true;
      const mark = marker();
      element.before(mark);
      target[where](element);
      const { parentNode } = element;
      // An element the page has since taken out stays out.
      add(() => element.isConnected && mark.replaceWith(element), () => element.parentNode == parentNode);
      return;
    },
  };
};
