// What the parts hand each other. The loader is pasted into pages and lives there for years, so `Loader`, which a newer
// mitate.js will find in an old page, only ever grows.
import type { Answer, Consent, Decision } from "../mitate";

export type { Answer, Consent, Decision };

// Newer than TypeScript's own list.
declare global {
  interface Document {
    readonly prerendering?: boolean;
  }
  interface Navigator {
    readonly globalPrivacyControl?: true;
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

/** A slot's element once it shows what it will show. */
export interface Filled {
  slot: string;
  /** Absent when no answer came in time. */
  decision: Decision | undefined;
  /** Puts the page's own content back; absent when it never left. */
  undo: Undo | undefined;
}

/** What every request to the server says of who asks. */
export interface Who {
  site: string;
  visitor: string | null;
  page_view: string | undefined;
  consent: Consent | undefined;
  gpc: true | undefined;
}

/** What the loader leaves for mitate.js, at `window.mitate.loader`. */
export interface Loader {
  filled: Map<Element, Filled>;
  /** The last answer, whether it came in time or not. */
  answer?: Answer;
  /** Calls made before mitate.js came; it empties the list and replaces `call`. */
  queue: [name: string, args: unknown[]][];
  call: (name: string, args: unknown[]) => void;
  draw: () => string;
  who: () => Who;
  choose: (granted: string) => void;
  /** Writes the cookie mitate_NAME for a year; without a value deletes it. */
  remember: (name: string, value?: string | null) => void;
  post: (path: string, more: object, leaving?: boolean) => Promise<Response>;
  /** Asks and applies again. */
  round: () => void;
}
