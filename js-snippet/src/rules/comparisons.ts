// Equality, order and membership.
import { judge, type Row, type Table } from "./compile";
import { isArray, isNumber, isPlain, isText } from "./values";

/** Tells of operands of any type whether a condition holds; null where it holds under neither sign. */
export type Test = (...operands: any[]) => unknown;

/** A condition that takes a missing operand as null, or that needs all of them. */
export const test = (holds: Test, needsAll?: boolean): Row => (operands, ask, sign) =>
  judge(operands, ask, (found) => holds(...found) === sign, needsAll);

/** Equal and of one type; null equals null. Lists and objects equal nothing. */
export const same: Test = (a, b) => a === b && isPlain(a);

/** Compare each operand with the next, if all are numbers or all text, which orders by UTF-16 units. */
const order = (holds: Test): Row => test((...all) => all.every(isText) || all.every(isNumber) ?
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
