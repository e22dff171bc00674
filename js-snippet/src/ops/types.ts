// What the parts of ops.js hand each other, and the loader.

/** One change that was made. */
export type Change = [undo: () => void, held: () => boolean];

export type Add = (change: Change) => void;

/** Markup into nodes, through the page's policy. */
export type Parse = (html: string) => ChildNode[];

/** What is done to one element, as often as there is something new to do it to. */
export interface Work {
  /** The elements it is about, in their order: others later mean that there is something to do. */
  look: () => Element[];
  run: (add: Add, skip: (operation: number, why: Skipped[1]) => void) => void;
  /** Put back what stays between two runs. */
  end?: () => void;
}

/** An operation that was left out: nothing matched, or it would have taken away what has the focus. */
export type Skipped = [operation: number, why: "missing" | "focus"];

export interface Undo {
  /** Put back exactly what was there; a second time it does nothing. */
  (): void;
  /** Does everything still stand, with nothing new to do? */
  held(): boolean;
  /** Do it again: what the page has made anew since, and what is new in it. */
  again(): void;
  /** What was left out the last time. */
  skipped: Skipped[];
}

export interface Order {
  items: string;
  key: string;
  do: "rank" | "highlight";
  fixed?: number;
  unexpected?: number;
  class?: string;
  label?: string;
  weights: Record<string, number>;
}
