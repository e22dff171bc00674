// Equality, order and membership.
import { judge, type Row, type Table, type Value } from "./compile";
import { isArray, isNumber, isPlain, isText, WITHHELD } from "./values";

/** Is this the build for the edge, where a decision asks hundreds of rules, and bytes weigh less? */
declare const EDGE: boolean;

/** Tells of operands of any type whether a condition holds; null where it holds under neither sign. */
export type Test = (...operands: any[]) => unknown;

/** A condition that takes a missing operand as null, or that needs all of them. */
export const test = (holds: Test, needsAll?: boolean): Row => (operands, ask, sign) =>
  EDGE && operands.length == 2 ? both(ask(operands[0]), ask(operands[1]), holds, sign, needsAll) :
  judge(operands, ask, (found) => holds(...found) === sign, needsAll);

/** What `judge` does, faster, for two operands. */
const both = (first: Value, second: Value, holds: Test, sign?: boolean, needsAll?: boolean): Value => (read) => {
  const a = first(read);
  const b = second(read);
  return a === WITHHELD || b === WITHHELD ?
    (needsAll && (a === null || b === null) ? false : WITHHELD) :
    holds(a, b) === sign;
};

/** Equal and of one type; null equals null. Lists and objects equal nothing. */
export const same: Test = (a, b) => a === b && isPlain(a);

/** Compare each operand with the next, if all are numbers or all text, which orders by UTF-16 units. */
const order = (holds: Test): Row => test((...all) =>
  EDGE && all.length == 2 ?
  (isNumber(all[0]) && isNumber(all[1])) || (isText(all[0]) && isText(all[1])) ? holds(all[0], all[1]) : null :
  all.every(isText) || all.every(isNumber) ?
  all.every((operand, place) => !place || holds(all[place - 1], operand)) : null, true);

export const less = /* @__PURE__ */ order((a, b) => a < b);
export const atMost = /* @__PURE__ */ order((a, b) => a <= b);
export const atLeast = /* @__PURE__ */ order((a, b) => a >= b);

/** Whether a list has an item, or a text a part. */
export const contains: Test = (hay, needle) =>
  (isArray(hay) ? isPlain(needle) : isText(hay) && isText(needle)) && hay.includes(needle);

const equal = test(same);
const differs = test((a, b) => !same(a, b));

export const COMPARISONS: Table = {
  "==": equal, "===": equal, "!=": differs, "!==": differs,
  "<": less, "<=": atMost, ">": order((a, b) => a > b), ">=": atLeast,
  in: test((needle, hay) => contains(hay, needle)),
  contains: test(contains),
};
