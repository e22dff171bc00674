// What the parts hand each other.
import type { Answer, Applied, Consent, Decision } from "../mitate";

export type { Answer, Consent, Decision };

// Newer than TypeScript's own list.
declare global {
  interface Document {
    readonly prerendering?: boolean;
  }
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}

/** One row of the slot table the loader is applied to. */
export interface Slot {
  name: string;
  selector: string;
  reserve: string | null;
}

export interface Table {
  site: string;
  endpoint: string;
  /** Milliseconds, counted from the loader's start. */
  deadline: number;
  hash: string;
  slots: Slot[];
}

export type Undo = () => void;

/** A slot's element that shows what it will show. */
export interface Filled extends Applied {
  /** Puts the page's own content back; absent when it never left. */
  undo: Undo | undefined;
}

/** What every request to the server says of who asks. */
export interface Who {
  site: string;
  visitor: string | null;
  page_view: string | undefined;
  consent: Consent | undefined;
  gpc: boolean | undefined;
}

export type Call = [name: string, args: unknown[]];

/**
 * What the loader leaves for mitate.js, at `window.mitate.loader`: a tuple, since its names would weigh in both files.
 * A newer mitate.js will find an old loader, so the order stays and additions go to the end.
 */
export type Loader = [
  /** By element; in it what `applied` tells. */
  filled: Map<Element, Filled>,
  /** Calls made before mitate.js came, which then answers each itself. */
  queue: { push(call: Call): unknown },
  draw: () => string,
  recall: (name: string) => string | null | undefined,
  remember: (name: string, value?: string | null) => void,
  post: (path: string, more: object, leaving?: boolean) => Promise<Response>,
  /** Ask and apply again. */
  round: () => void,
  /** The last answer, in time or late, granted nothing beyond what is necessary. */
  silent?: boolean,
];

/** Where in the tuple the loader notes `silent`. */
export const SILENT = 7;
