/**
 * `rules-edge.js`: targeting rules where no Python runs, such as a worker at the edge of a network. They answer, and
 * are refused, as the engine does; which types operands have is checked by the server, where the document is loaded.
 *
 *   import { load, reader } from "./rules-edge.js";
 *   const program = load({ "==": [{ "var": "geo.country" }, "JP"] });
 *   program(reader({ geo: { country: "JP" } })); // true
 */

/** A fact that may not be used yet, or an answer that depends on one: neither true nor false. */
export const WITHHELD: unique symbol;

export type Answer = boolean | typeof WITHHELD;

/**
 * Gives a fact's value by its dotted name; null and undefined are missing, WITHHELD is withheld. Instants are epoch
 * seconds, dates `YYYY-MM-DD`. It must not throw, and must give the same value as long as it is asked.
 */
export type Read = (name: string) => unknown;

/** A JSON-Logic expression, as JSON.parse gives it. */
export type Rule = unknown;

/** The parts of a site document that its rules name. */
export interface Document {
  /** By name, `*` for one segment. Without them every fact may be read, and none has a type. */
  facts?: Record<string, { type?: string; items?: string }>;
  audiences?: Record<string, { when?: Rule }>;
  lists?: Record<string, readonly string[]>;
}

/** Why a rule can't be loaded. */
export class RuleError extends SyntaxError {
  /** What the server's check calls it, such as "unknown-operator". */
  readonly code: string;
  /** Where in the rule: a JSON pointer (RFC 6901). */
  readonly pointer: string;
}

/** Compile a rule; what it gives never throws. Throws a RuleError, or a RangeError when the rule is far too large. */
export function load(rule: Rule, document?: Document): (read: Read) => Answer;

/**
 * Compile rules in their order of priority (an object would put ids like "2026" first). What it gives tells, lazily and
 * in that order, the ids of those that match (true) or are undecided (WITHHELD); an audience is asked once in a decision.
 */
export function loadAll(
  rules: Iterable<[id: string, rule: Rule]>, document?: Document,
): (read: Read) => Generator<[string, Answer]>;

/** Read facts from nested data, own properties only: `{ geo: { country: "JP" } }` has `geo.country`. */
export function reader(data: unknown): Read;
