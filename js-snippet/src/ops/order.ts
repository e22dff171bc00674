// The page's own items, ranked or marked by what the visitor likes. Nothing moves that somebody may be reading: items that
// come later are ranked among themselves, and one that has the focus keeps its place.
import { marker } from "./changes";
import type { Add, Order, Rows, Work } from "./types";

// The items that have their place, in their order, by what was decided: so that they find it again.
const placed = new WeakMap<object, Element[]>();

type Parent = ParentNode & Node & { moveBefore?: Node["insertBefore"] };

export const order = (scope: Element, value: Order, rows: Rows, add: Add): Work => {
  const { items: selector, key, do: what, fixed, unexpected, class: name, label, weights } = value;

  // An item inside another one goes with it.
  const look = (): Element[] => {
    let last: Element | undefined;
    return [...scope.querySelectorAll(selector)].filter((item) => !(last && last.contains(item)) && (last = item));
  };

  const score = (item: Element): number => Math.max(0, ...`${item.getAttribute(key)}`.toLowerCase()
    .split(/[\s,]+/).map((one) => +weights[one]! || 0));

  /** Bring items into this order, on the places that they have among others. */
  const arrange = (wanted: Element[]): void => {
    const now = look().filter((item) => wanted.includes(item));
    const marks = now.map((item) => {
      const mark = marker();
      item.before(mark);
      return mark;
    });
    wanted.filter((item) => now.includes(item)).forEach((item, place) => {
      const mark = marks[place]!;
      const parent = mark.parentNode as Parent;
      // What an item plays, and where it is scrolled to, stays where the browser can do that.
      if (item != mark.nextSibling) (parent.moveBefore || parent.insertBefore).call(parent, item, mark);
      mark.remove();
    });
  };

  const rank = (items: Element[]): void => {
    const seen = placed.get(value) || [];
    const free = items.filter((item, place) =>
      place >= fixed && !seen.includes(item) && !item.contains(document.activeElement));
    // The best first; every so often one that isn't liked, while there are some.
    const liked = free.filter(score).sort((a, b) => score(b) - score(a));
    const others = free.filter((item) => !score(item));
    const best = free.map((_, place) => (~~(unexpected * (place + 1)) > ~~(unexpected * place) && others[0]
      || !liked[0] ? others : liked).shift()!);
    const old = seen.filter((item) => items.includes(item));
    // That it stands, `look` tells.
    add(() => arrange(items), () => true);
    const wanted = items.map((item) => (free.includes(item) ? best : seen.includes(item) ? old : [item]).shift()!);
    // A slot with several elements has one decision.
    placed.set(value, [...wanted, ...seen.filter((item) => !items.includes(item))]);
    arrange(wanted);
  };

  const mark = (item: Element): void => {
    rows.classes!(item, { [name!]: true } as never, 0 as never);
    if (label) {
      const told = document.createElement("span");
      told.className = `${name}-label`;
      told.append(label);
      rows.insert(item, [told], "append");
    }
  };

  return {
    look,
    run() {
      const items = look();
      if (what == "rank") rank(items);
      if (name) items.filter(score).forEach(mark);
      return [];
    },
  };
};
