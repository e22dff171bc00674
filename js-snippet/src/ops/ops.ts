// ops.js: what a decision does to the elements of a page beyond filling a slot. It evaluates to one function, which a tag
// hands to the loader; loaded by itself, it hands itself over.
import { ROWS } from "./changes";
import { order } from "./order";
import type { Change, Order, Parse, Skipped, Undo, Work } from "./types";

type Operation = { select?: string } & Record<string, unknown>;

const operate = (scope: Element, operations: Operation[], parse: Parse): Work => {
  const chosen = ({ select }: Operation): Element[] => select ? [...scope.querySelectorAll(select)] : [scope];
  return {
    look: () => operations.flatMap(chosen),
    run: (add, skip) => operations.forEach((operation, index) => {
      const name = Object.keys(operation).find((key) => ROWS[key])!;
      const value = operation[name] as never;
      const elements = chosen(operation);
      const active = document.activeElement!;
      const inside = (element: Element): boolean => element.contains(active);
      if (/html|text/.test(name) ? elements.some((element) => element != active && inside(element))
        : /move|remove|hide/.test(name) && elements.some(inside)) return skip(index, "focus");
      // Each is put in front of those before it: so they keep their order.
      if (name == "move" && ("after" in value || "prepend" in value)) elements.reverse();
      if (!elements.filter((element) => !ROWS[name]!(add, element, value, parse, scope))[0]) skip(index, "missing");
    }),
  };
};

const last = new WeakMap<Element, Undo>();

/** Change an element by a decision's content of one kind. Throws where that can't be done, with nothing changed. */
const ops = (kind: string, element: Element, value: unknown, createHTML: (html: string) => string): Undo => {
  const parse: Parse = (html) => {
    const template = document.createElement("template");
    template.innerHTML = createHTML(html);
    return [...template.content.childNodes];
  };
  const work = kind == "order" ? order(element, value as Order)
    : operate(element, (kind == "operations" ? value : [{ attributes: value }]) as Operation[], parse);
  const done: Change[] = [];
  let found: Element[];

  const back = (): void => done.splice(0).reverse().forEach(([undo]) => undo());
  const undo: Undo = () => {
    back();
    if (work.end) work.end();
  };
  undo.skipped = [] as Skipped[];
  undo.held = () => {
    const now = work.look();
    return now.length == found.length && now.every((one, place) => one == found[place]) && done.every(([, held]) => held());
  };
  undo.again = () => {
    back();
    undo.skipped = [];
    try {
      work.run((change) => done.push(change), (...skipped) => undo.skipped.push(skipped));
      found = work.look();
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

const { loader } = ((window as { mitate?: unknown }).mitate || {}) as { loader?: { ops?: unknown; sweep(): void } };
if (loader && !loader.ops) {
  loader.ops = ops;
  loader.sweep();
}
