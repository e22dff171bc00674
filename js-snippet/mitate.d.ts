/** What `window.mitate` offers a page. */

/** A visitor's choice. What is left out is denied. */
export interface Consent {
  personalization?: boolean;
  analytics?: boolean;
}

export type Reason =
  | "TARGETING_MATCH" | "SPLIT" | "DEFAULT" | "DISABLED" | "ERROR"
  | "HOLDOUT" | "CONSENT" | "CAPPED" | "SUPPRESSED" | "BOT" | "PREVIEW";

export type Basis = "situation" | "behavior" | "stated" | "others" | "everyone";

/** One slot's decision; at most one of html, text, attributes, json, redirect. Without any, the page keeps its own content. */
export interface Decision {
  experience?: string;
  variant?: string | null;
  reason: Reason;
  basis?: Basis;
  html?: string;
  text?: string;
  attributes?: Record<string, string>;
  json?: unknown;
  redirect?: string;
}

export interface Answer {
  version: string;
  page_view?: string | null;
  visitor: string | null;
  purposes: string[];
  decisions: Record<string, Decision>;
}

/** A slot's element has the content it keeps. */
export interface Applied {
  slot: string;
  element: Element;
  state: "variant" | "default";
  /** Absent when no answer came by the deadline. */
  decision?: Decision | undefined;
}

export interface Happenings {
  /** An answer is about to be applied. */
  decided: Answer;
  /** One slot's element is settled. */
  applied: Applied;
  /** An answer came after the deadline, and is kept for the next ask. */
  late: Answer;
  /** Asking or applying failed; the page shows its own content. */
  error: unknown;
}

export interface Mitate {
  /** Record what the visitor did; `value` is a number, such as revenue. Leaving the page loses none. */
  track(name: string, props?: { value?: number; [prop: string]: unknown }): void;
  /** Remember the visitor's choice, then ask and apply again. Denying both purposes deletes the visitor's id at once. */
  consent(choice: Consent): void;
  /** Ask again; the new answer replaces what the last one filled, within one frame. */
  refresh(): void;
  /** Listen; each is also a DOM event on document, "mitate:decided" and so on, its `detail` the same. */
  on<T extends keyof Happenings>(type: T, listen: (detail: Happenings[T]) => void): void;
  /** The decisions in use, by slot; empty while there are none. */
  readonly decisions: Readonly<Record<string, Decision>>;
}

declare global {
  interface Window {
    mitate: Mitate;
  }
  interface DocumentEventMap {
    "mitate:decided": CustomEvent<Answer>;
    "mitate:applied": CustomEvent<Applied>;
    "mitate:late": CustomEvent<Answer>;
    "mitate:error": CustomEvent<unknown>;
  }
}
