// What the parts hand each other.
import type { Answer as Said, Applied, Decision } from "../mitate";

export type { Decision };

/** What the server said. */
export interface Answer extends Said {
  /** When it arrived: milliseconds since 1970. */
  came?: number;
}

// Newer than TypeScript's own list.
declare global {
  interface Window {
    readonly Temporal?: { Now: { timeZoneId(): string } };
  }
  interface Document {
    readonly prerendering?: boolean;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}

/** Puts back what was there. */
export interface Undo {
  (): void;
  /** Does the change still stand? A framework may have made the page anew. */
  held?(): boolean;
  /** Make it again, with what is new. May throw. */
  again?(): void;
  /** The page's own nodes, where they were replaced. */
  own?: Node[];
}

/** ops.js: what a decision does beyond filling a slot; with the document, what it does to the page: true when it is left. */
export interface Ops {
  /** Undefined for a decision that asks none of it, 0 when the element isn't complete. */
  (element: Element, decision: Decision, createHTML: (html: string) => string, whole: unknown): Undo | undefined | 0;
  (page: Document, answer: Answer, post: (path: string, more: object, how?: object) => unknown): boolean;
}

/** shadow.js: show this beside the element's own nodes, in a shadow root; without one, show the element's own. */
export interface Shadow {
  (element: Element, content: DocumentFragment | string): Undo;
  (element: Element): undefined;
  /** Let the page's styles, as they are now, reach into a root. */
  styles(root: ShadowRoot): void;
  /** Say of a twin what selectors ask of the element it stands for. */
  same(twin: Element, element: Element): void;
  /** The attribute that marks twins. */
  TWIN: string;
}

/** What may be a slot's element, or hold some. */
export type Ground = Node & Partial<Pick<Element, "matches" | "querySelectorAll">>;

/** One row of the slot table. */
export interface Slot {
  name: string;
  /** Absent for `[data-mitate=NAME]` and `<mitate-slot name=NAME>`. */
  selector?: string;
  reserve?: string;
  /** May be filled while somebody looks at it, and so is never hidden. */
  live?: boolean;
  /** A framework owns what is in it: the block stands in a shadow root. */
  shadow?: boolean;
}

/** The slot table the loader is applied to. */
export interface Table {
  site: string;
  endpoint: string;
  /** Milliseconds, counted from the loader's start. */
  deadline: number;
  hash: string;
  /** The hash of the tag's table that this one is in place of. */
  of?: string;
  slots: Slot[];
  /** The file name of mitate.js under the endpoint, where it isn't that. */
  script?: string;
  /** More of the script element: integrity, blocking. */
  attributes?: object;
  /** The visitor's identity as a backend signed it. */
  token?: string;
  ops?: boolean;
  forward?: string[];
}

/** A slot's element that shows what it will show. */
export interface Filled extends Applied {
  /** Puts the page's own content back; absent when it never left. */
  undo: Undo | undefined;
  /** Somebody has had it on the screen. */
  seen?: boolean;
  /** The page view that its decision is for; none when its default may have been seen first, which tells nothing of any arm. */
  view?: string | undefined;
}

/** What every request to the server says of who asks. */
export interface Who {
  site: string;
  visitor: string | undefined;
  /** Two digits: personalization, analytics; nothing until the visitor has chosen. */
  consent: string | undefined;
  gpc: boolean | undefined;
  token: string | undefined;
}

export type Call = [name: string, args: unknown[]];

/** An answer that may serve again: for whom, until when (milliseconds since 1970), and itself. */
export type Kept = [of: string, until: number, answer: Answer];

/** What is remembered between pages, with consent; without it as long as the page lives. */
export interface Store {
  /** By path. */
  answers: Record<string, Kept>;
  /** A newer table for a page whose tag has an old one. */
  table?: Table;
}

/** A preview's token, as a link brings it, or with what its owner wants to see. */
export type Preview = string | { token: string; [override: string]: unknown };

/** What changes while a page lives. */
export interface State {
  /** What was told so far: milliseconds since the page began, what, and about what. */
  log: [at: number, type: string, detail: unknown][];
  /** What the cookies would say: where none is taken, and of a choice made before mitate.js could write it down. */
  id?: string | undefined;
  consent?: string | undefined;
  /** The answer in use. */
  answer?: Answer | undefined;
  /** The page has what it will have. */
  settled?: boolean;
  /** The loader's question, until mitate.js asks, and answers from then on. */
  over?: unknown;
  preview?: Preview | undefined;
  /** The visitor's identity as a backend signed it. */
  token?: string | undefined;
  /** The page view's id, and the address it came from. */
  view: string;
  from: string;
  /** A live fact as it is, once live.js has come. */
  read?: (name: string) => unknown;
  /** The experiences that were told on this page view. */
  told?: Set<string>;
  ops?: Ops | undefined;
  shadow?: Shadow | undefined;
}

/** Settle an element with its slot's decision; `shown` unless it keeps what it has. */
export type Place = (element: Element, shown: unknown) => void;

/**
 * What the loader leaves for mitate.js, at `window.mitate.loader`: a tuple, since names would weigh. A page's old tag meets
 * a new mitate.js, so the order stays, and additions go to the end.
 */
export type Loader = [
  state: State,
  table: Table,
  store: Store,
  filled: Map<Element, Filled>,
  /** Calls made before mitate.js came, which then answers each itself. */
  queue: { push(call: Call): unknown },
  emit: (type: string, detail: unknown) => void,
  recall: (name: "id" | "consent") => string | undefined,
  post: (path: string, more: object, how?: object) => Promise<Response>,
  /** Whom an answer is for. */
  key: () => string,
  known: () => Answer | undefined,
  /** Ask, and no more. */
  ask: () => Promise<Answer | undefined>,
  /** Apply an answer, or that there is none. */
  use: (answer?: Answer) => void,
  /** Settle what nobody has settled yet, on the whole page or among these. */
  sweep: (nodes?: Ground[]) => void,
  slotOf: (element: Element) => Slot,
  elements: (slots: Slot[], nodes?: Ground[]) => Element[],
  place: Place,
  load: (file: string, more?: object) => HTMLScriptElement,
];
