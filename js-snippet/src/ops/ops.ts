// What a decision does to the elements of a page beyond filling a slot.
import { changes } from "./changes";
import { order } from "./order";
import type { Add, Operation, Order, Parse, Rows, Undo, Where, Work } from "./types";

const operate = (scope: Element, operations: Operation[], rows: Rows, parse: Parse): Work => {
  const chosen = (select: string | undefined): Element[] => select ? [...scope.querySelectorAll(select)] : [scope];
  /** Do one; true where it was left out. */
  const left = (operation: Operation): boolean => {
    const { select, ...rest } = operation;
    const [[name, value]] = Object.entries(rest) as [[string, never]];
    const elements = chosen(select);
    // Each is put in front of those before it: so they keep their order.
    if (/^(aft|pre)/.test(value[0])) elements.reverse();
    // html, hide, text, move, remove would take the focus away.
    return /^(h|t|mo|re)/.test(name) && elements.some((element) => element.contains(document.activeElement))
      || !elements.filter((element) => (rows[name] ? rows[name]!(element, value, 0 as never)
        : rows.insert(element, parse(value), name as Where)) !== true)[0];
  };
  return {
    look: () => operations.flatMap(({ select }) => chosen(select)),
    run: () => [...operations.keys()].filter((place) => left(operations[place]!)),
  };
};

const last = new WeakMap<Element, Undo>();

/** Change an element by a decision's content of one kind. Throws where that can't be done, with nothing changed. */
const ops = (kind: string, element: Element, value: unknown, createHTML: (html: string) => string): Undo => {
  const done: Parameters<Add>[] = [];
  const parse: Parse = (html) => {
    const template = document.createElement("template");
    template.innerHTML = createHTML(html);
    return [...template.content.childNodes];
  };
  const add: Add = (...change) => done.push(change);
  const rows = changes(element, add, parse);
  const { look, run } = kind == "order" ? order(element, value as Order, rows, add)
    : operate(element, (kind == "operations" ? value : [{ attributes: value }]) as Operation[], rows, parse);
  let found: Element[];
  let standing: (() => boolean)[];

  const undo = (() => done.splice(0).reverse().forEach(([back]) => back())) as Undo;
  undo.held = () => {
    const now = look();
    return !now[found.length] && found.every((one, place) => one == now[place]) && standing.every((held) => held());
  };
  undo.again = () => {
    undo();
    try {
      undo.skipped = run();
      found = look();
      // One operation may undo another: only what stands now can fall.
      standing = done.map(([, held]) => held).filter((held) => held());
    } catch (error) {
      undo();
      throw error;
    }
  };

  // Twice is once.
  const before = last.get(element);
  if (before) before();
  last.set(element, undo);
  undo.again();
  return undo;
};

export default ops;
