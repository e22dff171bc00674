// The page's own items, ranked or marked by what the visitor likes. Nothing moves that somebody may be reading: items that
// come later are ranked among themselves, and one that has the focus keeps its place.
import { classes, insert, marker, settle } from "./changes";
import type { Order, Work } from "./types";

// By what was decided: the items that have their place, so that they find it again.
const placed = new WeakMap<Order, Element[]>();

export const order = (scope: Element, value: Order): Work => {
  const { weights, unexpected = 0, class: name = "" } = value;
  const undos: (() => void)[] = [];

  // An item inside another one goes with it.
  const look = (): Element[] => {
    let last: Element;
    return [...scope.querySelectorAll(value.items)].filter(
      (item) => !(last && last.contains(item)) && (last = item));
  };

  const score = (item: Element): number => Math.max(0, ...(item.getAttribute(value.key) || "").toLowerCase()
    .split(/[\s,]+/).map((one) => +weights[one]! || 0));

  /** The best first; every so often (`unexpected`) one that isn't liked, while there are some. */
  const ranked = (items: Element[]): Element[] => {
    const liked = items.filter(score).sort((a, b) => score(b) - score(a));
    const others = items.filter((item) => !score(item));
    const turn = (place: number): number => Math.floor(place * unexpected);
    return items.map((_, place) => (
      turn(place + 1) > turn(place) && others.length || !liked.length ? others : liked).shift()!);
  };

  /** Bring items into this order, on the places that they have among others. */
  const arrange = (wanted: Element[]): void => {
    const now = look().filter((item) => wanted.includes(item));
    wanted = wanted.filter((item) => now.includes(item));
    now.map((item, place) => {
      if (item == wanted[place]) return;
      const mark = marker();
      item.before(mark);
      return mark;
    }).forEach((mark, place) => mark && settle(mark, wanted[place]!));
  };

  return {
    look,
    run(add) {
      const items = look();
      if (value.do == "rank") {
        const seen = placed.get(value) || [];
        const free = items.filter((item, place) => !seen.includes(item) && place >= (value.fixed || 0)
          && !item.contains(document.activeElement));
        const best = ranked(free);
        const old = seen.filter((item) => items.includes(item));
        const wanted = items.map((item) => free.includes(item) ? best.shift()! : seen.includes(item) ? old.shift()! : item);
        placed.set(value, [...seen.filter((item) => !items.includes(item)), ...wanted]);
        undos.push(() => arrange(items));
        arrange(wanted);
      }
      if (name) items.filter(score).forEach((item) => {
        classes(add, item, { add: [name] });
        if (value.label) {
          const label = document.createElement("span");
          label.className = `${name}-label`;
          label.textContent = value.label;
          insert(add, item, "append", label);
        }
      });
    },
    end: () => undos.splice(0).reverse().forEach((undo) => undo()),
  };
};
