// Instants, which are seconds, and dates, which are text.
import { atLeast, atMost, less } from "./comparisons";
import type { Row, Table } from "./compile";

/** Read an instant that a rule says; a date, of ten characters, stays text, which orders as dates do. */
export const moment = (operand: any): unknown => (operand && operand[10] ? Date.parse(operand) / 1e3 : operand);

const moments = (row: Row): Row => (operands, ask, sign) => row(operands.map(moment), ask, sign);

export const MOMENTS: Table = {
  before: moments(less),
  after: moments(atLeast),
  between: ([value, start, end], ask, sign) => moments(atMost)([start, value, end], ask, sign),
};
