// What values mean for targeting: nothing is converted.

/** A fact that may not be used yet, or an answer that depends on one. */
export const WITHHELD: unique symbol = Symbol("withheld");

export type Answer = boolean | typeof WITHHELD;

/** Gives a fact's value by its dotted name, or a part of a list's item: null and undefined are missing. */
export interface Read {
  (name: string): unknown;
  /** What reads the visitor's facts where this one reads an item's parts. */
  root?: Read;
}

export const { isArray } = Array;

export const isNumber = (value: unknown): value is number => typeof value == "number" && value == value;

export const isText = (value: unknown): value is string => typeof value == "string";

export const isPlain = (value: unknown): boolean => Object(value) !== value;

/** JSON-Logic's truth: an empty list is false, an object true. */
export const truth = (value: unknown): boolean => !!(isArray(value) ? value.length : value);
