// What a decision does to an element, and undoes.
import { policy } from "./policy";
import { whole } from "./slots";
import type { Decision, Undo } from "./types";

/** The element isn't complete: try again when the parser has left it. */
export const NOT_YET = 0;

const set = (element: Element, name: string, value: string | null): Undo => {
  const own = element.getAttribute(name);
  if (value == null) element.removeAttribute(name);
  else element.setAttribute(name, value);
  return () => set(element, name, own);
};

// The server refuses the same at load; a page needn't take its word. URLs ignore blanks and control characters.
const safe = (name: string, value: string): boolean =>
  !/^on|^srcdoc=|=javascript:/i.test(`${name}=${value}`.replace(/[\0- ]/g, ""));

/** Fill the element; undefined when the decision keeps what the page has. */
export const apply = (
  element: Element, { html, text, attributes, json }: Decision,
): Undo | undefined | typeof NOT_YET => {
  if (attributes) {
    const undos = Object.keys(attributes)
      .filter((name) => safe(name, attributes[name] as string))
      .map((name) => set(element, name, attributes[name] as string));
    return () => undos.forEach((undo) => undo());
  }
  // JSON is for the page's own code; the event brings it.
  if (html == null && text == null) return json === undefined ? json : () => {};
  if (!whole(element)) return NOT_YET;
  const template = document.createElement("template");
  if (html == null) template.content.append(text as string);
  else template.innerHTML = policy.createHTML(html);
  // The page's own nodes are kept as they are, with their listeners, not as text.
  const own = new DocumentFragment();
  own.append(...element.childNodes);
  element.append(template.content);
  return () => element.replaceChildren(own);
};
