// Arithmetic: missing where an operand is no number, or the result none.
import { judge, type Row, signed, type Table } from "./compile";
import type { Test } from "./comparisons";
import { isNumber } from "./values";

const number = (compute: Test): Row => (operands, ask, sign) =>
  signed(judge(operands, ask, (found) => {
    const result = found.every(isNumber) ? compute(...found) : null;
    return isFinite(result as number) ? result : null;
  }), sign);

export const NUMBERS: Table = {
  "+": number((...all) => all.reduce((a, b) => a + b, 0)),
  "-": number((a, b) => (b == null ? -a : a - b)),
  "*": number((...all) => all.reduce((a, b) => a * b, 1)),
  "/": number((a, b) => a / b),
  "%": number((a, b) => a % b),
  min: number(Math.min),
  max: number(Math.max),
};
