// What a decision does to an element, and undoes.
import type { Policy } from "./policy";
import { whole } from "./slots";
import type { Decision, Undo } from "./types";

/** The element isn't complete: ask again when the parser has left it. */
export const NOT_YET = 0;

// The page's own nodes are kept as they are, with their listeners, not as text.
const swap = (element: Element, content: Node | string): Undo => {
  const own = document.createDocumentFragment();
  own.append(...element.childNodes);
  element.append(content);
  return () => {
    element.textContent = "";
    element.append(own);
  };
};

// The server refuses the same at load; a page needn't take its word. URLs ignore blanks and control characters.
const UNSAFE = /^on|^srcdoc=|=javascript:/i;

const attributes = (element: Element, values: Record<string, string>): Undo => {
  const own: [string, string | null][] = [];
  for (const name in values) {
    if (!UNSAFE.test(`${name}=${values[name]}`.replace(/[\0- ]/g, ""))) {
      own.push([name, element.getAttribute(name)]);
      element.setAttribute(name, values[name] as string);
    }
  }
  return () => own.forEach(([name, value]) =>
    value == null ? element.removeAttribute(name) : element.setAttribute(name, value));
};

/** Fill the element; undefined when the decision keeps what the page has. */
export const apply = (
  element: Element, { html, text, attributes: values, json }: Decision, policy: Policy,
): Undo | undefined | typeof NOT_YET => {
  if (values) return attributes(element, values);
  // For the page's own code: the event brings it.
  if (json !== undefined) return () => {};
  if (html == null && text == null) return undefined;
  if (!whole(element)) return NOT_YET;
  if (html == null) return swap(element, text as string);
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return swap(element, template.content);
};
