// What a page evaluates: what is left of a rule when all that the server knows is folded away. A page knows each of its
// facts, as a number or a boolean, so every condition holds or doesn't, and every operand may be evaluated at once.
type Rule = unknown;
type Operator = (...operands: any[]) => unknown;

/** Gives a fact by its name, or throws. */
export type Read = (name: string) => unknown;

const same: Operator = (a, b) => a === b;
const differs: Operator = (a, b) => a !== b;

/** Compare each operand with the next; only numbers have an order. */
const order = (holds: Operator): Operator => (...all) =>
  all.every((operand, place) => operand === +operand && (!place || holds(all[place - 1], operand)));

const choose: Operator = (test, then, ...rest) => test ? then : rest.length < 2 ? rest[0] : choose(...rest);

const OPERATORS: Record<string, Operator> = {
  __proto__: null as never,
  and: (...all) => all.every(Boolean),
  or: (...all) => all.some(Boolean),
  "!": (operand) => !operand,
  "!!": Boolean,
  if: choose,
  "?:": choose,
  "==": same,
  "===": same,
  "!=": differs,
  "!==": differs,
  "<": order((a, b) => a < b),
  "<=": order((a, b) => a <= b),
  ">": order((a, b) => a > b),
  ">=": order((a, b) => a >= b),
};

/** Evaluate a rule, reading every fact in it. Throws where it has an operator or a fact that a page doesn't know. */
export const evaluate = (rule: Rule, read: Read): unknown => {
  if (Object(rule) !== rule) return rule;
  const [op, operands] = Object.entries(rule as object)[0] as [string, never];
  return op == "var" ? read(`${operands}`) : (OPERATORS[op] as Operator)(...[].concat(operands).map((operand) => evaluate(operand, read)));
};
