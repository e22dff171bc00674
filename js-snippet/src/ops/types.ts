// What the parts of ops.js hand each other, and the loader.

/** Note one change that was made: how it is undone, and whether it still stands. */
export type Add = (undo: () => unknown, held: () => boolean) => void;

/** Markup into nodes, through the page's policy. */
export type Parse = (html: string) => ChildNode[];

export type Where = "before" | "after" | "prepend" | "append";

/** The operations by name: each changes an element, and gives true where it found no place. */
export interface Rows {
  insert(element: Element, nodes: ChildNode[], where: Where): unknown;
  [name: string]: (element: Element, value: never, name: never) => unknown;
}

/** What is done to one element, as often as there is something new to do it to. */
export interface Work {
  /** The elements it is about, in their order: others later mean that there is something to do. */
  look: () => Element[];
  /** Do it; the places of the operations that were left out. */
  run: () => number[];
}

export interface Undo {
  /** Put back exactly what was there; a second time it does nothing. */
  (): void;
  /** Does everything still stand, with nothing new to do? */
  held(): boolean;
  /** Do it again: what the page has made anew since, and what is new in it. Throws as `ops` does. */
  again(): void;
  /** The places of operations that were left out: nothing matched, or it would have taken the focus away. */
  skipped: number[];
}

/** One operation, by its name. */
export type Operation = { select?: string } & Record<string, unknown>;

export interface Order {
  items: string;
  key: string;
  do: "rank" | "highlight";
  fixed: number;
  unexpected: number;
  class?: string;
  label?: string;
  weights: Record<string, number>;
}
