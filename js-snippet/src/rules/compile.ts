// A rule becomes closures: no eval, nothing read twice. Meaning is defined with `!` pushed down to the comparisons: a
// condition is compiled under a sign, and under either sign a comparison that lacks an operand is false. Withheld facts
// follow Kleene's logic. rules/mitate_rules/compiling.py says the same in Python, and tests/twin compares them.
import { type Answer, isArray, type Read, truth, WITHHELD } from "./values";

export type Rule = unknown;
export type Value = (read: Read) => unknown;
export type Run = (read: Read) => Answer;

/** Compiles a condition under a sign; without one, an operand. */
export interface Ask {
  (rule: Rule, sign: boolean): Run;
  (rule: Rule, sign?: boolean): Value;
}

/** One operator. Among the operands it asks of, functions that read may stand for rules. */
export type Row = (operands: any[], ask: Ask, sign?: boolean) => Value;

/** The operators of a build, without a prototype: "constructor" is none of them. */
export type Table = Record<string, Row>;

/** Take a value as it is, or as a condition. */
export const signed = (value: Value, sign?: boolean): Value => sign == null ? value : (read) => {
  const found = value(read);
  return found === WITHHELD ? found : truth(found) == sign;
};

/** Read every operand, then judge them; what lacks one and needs all is false, whatever is withheld. */
export const judge = (operands: Rule[], ask: Ask, judged: (found: any[]) => unknown, needsAll?: boolean): Value => {
  const values = operands.map((operand) => ask(operand));
  return (read) => {
    const found = values.map((value) => value(read));
    return found.includes(WITHHELD) ? (needsAll && found.includes(null) ? false : WITHHELD) : judged(found);
  };
};

/** Hold where some run holds, or with `stop` false every run. */
export const join = (runs: Value[], stop: boolean): Run => (read) => {
  let answer: Answer = !stop;
  for (const run of runs) {
    const held = run(read);
    if (held === stop) return stop;
    if (held === WITHHELD) answer = held;
  }
  return answer;
};

/** Give what answers a rule, and never throws. Throws a RangeError or SyntaxError when a rule can't be loaded. */
export const compile = (rule: Rule, table: Table): Run => {
  let depth = 0;
  let size = 0;
  const ask = ((rule: Rule, sign?: boolean): Value => {
    // The server allows 100, to which some are added here. An "if" in the condition of an "if" doubles the work.
    if (++depth > 103 || ++size > 1e5) throw RangeError("too deep");
    let value = signed(typeof rule == "function" ? rule as Value : () => rule, sign);
    if (rule && typeof rule == "object" && !isArray(rule)) {
      const [op, more] = Object.keys(rule) as [string, string?];
      const row = table[op];
      if (!row || more != null) throw SyntaxError("unknown operator " + op);
      value = row([].concat((rule as Record<string, never>)[op]!), ask, sign);
    }
    depth--;
    return value;
  }) as Ask;
  return ask(rule, true);
};
