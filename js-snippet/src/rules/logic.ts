// Facts and logic.
import { join, type Row, signed, type Table } from "./compile";
import { WITHHELD } from "./values";

const several = (stop: boolean): Row => (operands, ask, sign) =>
  join(operands.map((operand) => ask(operand, sign!)), sign == stop);

const turn = (as: boolean): Row => ([operand], ask, sign) => ask(operand, sign == as);

const choose: Row = ([test = null, then, ...rest], ask, sign) => {
  if (then === undefined) return ask(test, sign);
  const yes = ask(test, true);
  const no = ask(test, false);
  const first = ask(then, sign);
  const other = ask({ if: rest }, sign);
  // (test and first) or (not test and other), so that a test that lacks an operand takes no branch.
  return sign != null ? join([join([yes, first], false), join([no, other], false)], true) : (read) => {
    const held = yes(read);
    const not = no(read);
    return held === true ? first(read) : not === true ? other(read) : held || not ? WITHHELD : null;
  };
};

export const LOGIC: Table = {
  var: ([name, rule = null], ask, sign) => {
    const otherwise = ask(rule);
    return signed((read) => {
      const found = read(name);
      return found == null ? otherwise(read) : found;
    }, sign);
  },
  and: several(false),
  or: several(true),
  "!": turn(false),
  "!!": turn(true),
  if: choose,
  "?:": choose,
};
