// Small makers of elements. Text is always text here: nothing is ever parsed as markup.
function make(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export const h = (name, attributes = {}, ...children) => make(document.createElement(name), attributes, children);
export const svg = (name, attributes = {}, ...children) => make(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

/** A control with its name beside it. */
export const field = (label, control) => h("label", { class: "field" }, h("span", {}, label), control);

/** A list to pick one from. */
export function picked(choices, value, attributes) {
  const known = choices.some(([id]) => id === value) ? choices : [...choices, [value, value]];
  return h("select", attributes, ...known.map(([id, label]) => h("option", { value: id, ...(id === value ? { selected: "" } : {}) }, label)));
}
