// Frames around the elements of a slot, drawn in the panel's own layer: the page's styles are not touched.
import { draw, h } from "./view";

export interface Outline {
  show(elements: Element[], name: string): void;
  hide(): void;
}

// What has no box of its own (display: contents, a shadow host) is where its children are.
const boxOf = (element: Element): DOMRect => {
  const range = document.createRange();
  const own = element.getBoundingClientRect();
  if (own.width * own.height) return own;
  range.selectNodeContents(element.shadowRoot || element);
  return range.getBoundingClientRect();
};

export const outline = (layer: HTMLElement): Outline => {
  let shown: Element[] = [];
  let name = "";
  let frame = 0;

  // While something is outlined each frame looks again: pages scroll, unfold and fill in many ways.
  const follow = (): void => {
    draw(layer, shown.map((_, at) => h("div", { class: "outline", key: at }, h("span", {}, name))));
    shown.forEach((element, at) => {
      const { left, top, width, height } = boxOf(element);
      const { style } = layer.children[at] as HTMLElement;
      style.transform = `translate(${left - 4}px,${top - 4}px)`;
      style.width = `${width + 8}px`;
      style.height = `${height + 8}px`;
    });
    frame = shown.length ? requestAnimationFrame(follow) : 0;
  };

  return {
    show(elements, of) {
      shown = elements;
      name = of;
      if (!frame) follow();
    },
    hide() {
      shown = [];
    },
  };
};
