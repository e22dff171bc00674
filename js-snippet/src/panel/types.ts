// What the panel reads: the loader's state, and what an answer to a preview says beyond decisions.
import type { Answer, Decision, Filled, Slot, Table } from "../types";

export type { Decision, Filled, Slot, Table };

export type Language = "en" | "ja";

/** A text by language; ids stand for themselves. */
export type Labels = Partial<Record<Language, string>> | string | null | undefined;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** One condition of an explanation. */
export interface Condition {
  op: string;
  result: boolean | "withheld" | null;
  negated?: boolean;
  audience?: string;
  reads?: Record<string, Json>;
  parts?: Condition[];
  why?: string;
}

export interface Story {
  reason: string;
  experience: string | null;
  variant: string | null;
  why: Labels;
  whole: Partial<Record<Language, string[]>>;
  steps: { experience: string; ending: string; rule: { result: Condition["result"]; tree: Condition } }[];
}

export interface Audience {
  name: string;
  label?: Labels;
  holds: boolean | null;
  forced?: boolean | null;
}

export interface Experience {
  id: string;
  label?: Labels;
  slots: string[];
  status: string;
  /** How it ended for this visitor; null when nothing was asked of it. */
  ending: string | null;
  forced?: string | null;
  schedule?: string | null;
  variants: { id: string; label?: Labels }[];
}

/** A slot as the document has it. */
export interface Declared extends Omit<Slot, "selector" | "reserve"> {
  label?: Labels;
  selector?: string | null;
  reserve?: string | null;
}

/** The member `preview` of an answer; `problem` alone when the link is not accepted. */
export interface Told {
  problem?: Labels;
  /** Seconds since 1970. */
  expires?: number;
  /** How many milliseconds the server made this preview, which no visitor waits for. */
  took?: number;
  now?: number;
  timezone?: string;
  visitor?: string | null;
  version?: string;
  problems?: Labels[];
  audiences?: Audience[];
  experiences?: Experience[];
  slots?: Declared[];
  stories?: Record<string, Story>;
}

/** One thing the page is told when its rule comes true. */
export interface Residual {
  when: Json;
  decisions: Record<string, Decision>;
}

/** An answer as the panel reads it. */
export interface Reply extends Omit<Answer, "preview" | "residuals" | "table"> {
  preview?: Told;
  residuals?: Residual[];
  table?: Table;
}

/** What the owner changed, sent with each question. */
export interface Wish {
  token: string;
  /** Null takes back what the link chose. */
  variants?: Record<string, string | null>;
  audiences?: Record<string, boolean>;
  facts?: Record<string, Json>;
  visitor?: string;
  at?: string;
  consent?: boolean;
  language?: string;
  [other: string]: unknown;
}

export type Entry = [at: number, type: string, detail: unknown];

/** What an error event tells. */
export interface Fault {
  code?: string;
  slot?: string;
  error?: unknown;
  response?: { ok: boolean; status: number; headers: Headers } | undefined;
  [more: string]: unknown;
}

/** What the panel reads of the loader, each time as it is then. */
export interface Loader {
  readonly table: Table;
  readonly answer: Reply | undefined;
  /** What is sent with each question; the panel changes it. */
  readonly wish: Wish | undefined;
  readonly filled: Map<Element, Filled>;
  readonly log: Entry[];
  /** ops.js is there. */
  readonly ops: boolean;
  /** Gives a live fact's value; absent in an older mitate.js. */
  readonly read: ((name: string) => unknown) | undefined;
  elements(slot: string): Element[];
  /** Keep the wish for the next page of this tab. */
  save(): void;
}
