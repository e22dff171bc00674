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

/**
 * One slot's decision; at most one of html, text, attributes, operations, order, json, redirect. Without any, the page keeps
 * its own content.
 */
export interface Decision {
  experience?: string;
  variant?: string | null;
  reason: Reason;
  basis?: Basis;
  html?: string;
  text?: string;
  attributes?: Record<string, string>;
  json?: unknown;
  operations?: unknown[];
  order?: Record<string, unknown>;
  redirect?: string;
  /**
   * "decided": counted when decided, whatever is seen; "applied": when an element of the slot has what it will show;
   * otherwise when half of the slot was in view for a second.
   */
  exposure?: "decided" | "applied";
  /** How often it may still be shown under its cap. */
  left?: number;
  /** Seconds until its schedule ends. */
  lasts?: number;
  /** A backend has put it into the page already. */
  rendered?: boolean;
}

/** What is decided already but for what only the page will know. */
export interface Residual {
  when: unknown;
  decisions: Record<string, Decision>;
}

export interface Answer {
  version: string;
  page_view?: string | null;
  visitor: string | null;
  purposes: string[];
  decisions: Record<string, Decision>;
  residuals?: Residual[];
  /** Seconds for which it may serve this path, visitor and consent again. */
  lasts?: number;
  preview?: Record<string, unknown>;
  table?: object;
}

/** A slot's element has the content it keeps. */
export interface Applied {
  slot: string;
  element: Element;
  state: "variant" | "default";
  /** Absent when no answer came by the deadline. */
  decision?: Decision | undefined;
}

/** What went wrong; the page shows its own content there. */
export interface Failure {
  code: string;
  error?: unknown;
  slot?: string;
  element?: Element;
}

/** Something that happened, as it is told to the server. */
export interface Reported {
  id: string;
  type: "exposure" | "track" | "visit" | "dismiss";
  [property: string]: unknown;
}

export interface Happenings {
  /** A question was sent; the detail tells whether the page asked for it. */
  asked: boolean | undefined;
  /** mitate.js has come. */
  ready: unknown;
  /** An answer is about to be applied. */
  decided: Answer;
  /** One slot's element is settled. */
  applied: Applied;
  /** An answer came after the deadline, and is kept for the next page. */
  late: Answer;
  /** An event is about to be told to the server. */
  event: Reported;
  /** Asking or applying failed; the page shows its own content. */
  error: Failure;
}

export interface Mitate {
  /** Record what the visitor did; `value` is a number, such as revenue. Leaving the page loses none. */
  track(name: string, props?: { value?: number; [prop: string]: unknown }): void;
  /**
   * Remember the visitor's choice, then ask and apply again; said before the first answer has come, only the answer to it is
   * used. Denying both purposes deletes what is stored at once.
   */
  consent(choice: Consent): void;
  /**
   * Say who the visitor is, by a token that the site's backend signed; null says that they have logged out. The page asks
   * again; said before the first answer has come, only the answer to it is used.
   */
  identify(token: string | null): void;
  /** The slot's decision for this page, when it is known; undefined when no answer came by the deadline. */
  decide(slot: string): Promise<Decision | undefined>;
  /** Put the slot's own content back; this visitor won't see the experience again. */
  dismiss(slot: string): void;
  /** Count the slot's decision as seen: for content that the page's own code shows. */
  expose(slot: string): void;
  /** Ask again; the new answer replaces what the last one filled, within one frame. */
  refresh(): void;
  /** Listen; each is also a DOM event on document, "mitate:decided" and so on, its `detail` the same. */
  on<T extends keyof Happenings>(type: T, listen: (detail: Happenings[T]) => void): void;
  /** The decisions in use, by slot; empty while there are none. */
  decisions: Readonly<Record<string, Decision>>;
}

declare global {
  interface Window {
    mitate: Mitate;
  }
  interface DocumentEventMap {
    "mitate:asked": CustomEvent<boolean | undefined>;
    "mitate:decided": CustomEvent<Answer>;
    "mitate:applied": CustomEvent<Applied>;
    "mitate:late": CustomEvent<Answer>;
    "mitate:event": CustomEvent<Reported>;
    "mitate:error": CustomEvent<Failure>;
  }
}
