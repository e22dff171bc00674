// What a decision does to an element, and undoes.
import { policy } from "./policy";
import { whole } from "./slots";
import { state } from "./state";
import type { Decision, Undo } from "./types";

/** Try again when the parser has left the element, or the file has come that does this. */
export const NOT_YET = 0;

/** Fill the element; undefined when the decision keeps what the page has. Throws where that can't be done. */
export const apply = (
  element: Element, decision: Decision, beside: unknown,
): Undo | undefined | typeof NOT_YET => {
  const { html, text, json } = decision;
  const complete = whole(element);
  let content: DocumentFragment | string | undefined = html ?? text;
  // JSON is for the page's own code, which the event tells.
  if (json != null) return () => {};
  if (content == null) return state.ops?.(element, decision, policy.createHTML, complete);
  if (!complete) return NOT_YET;
  if (html != null) {
    const template = document.createElement("template");
    template.innerHTML = policy.createHTML(html);
    content = template.content;
  }
  if (beside) return state.shadow?.(element, content) || NOT_YET;
  // The page's own nodes are kept as they are, with their listeners, not as text.
  const own = [...element.childNodes];
  element.replaceChildren(content);
  return Object.assign(() => element.replaceChildren(...own), { own });
};
