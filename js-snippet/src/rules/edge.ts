// The whole of targeting where no Python runs: audiences, lists, networks, the types of facts.
import { addresses } from "./addresses";
import { clock } from "./clock";
import { COMPARISONS, test } from "./comparisons";
import { compile, type Rule, type Run, signed, type Table } from "./compile";
import { Audiences } from "./form";
import { lists } from "./lists";
import { LOGIC } from "./logic";
import { MOMENTS } from "./moments";
import { NUMBERS } from "./numbers";
import { PATTERNS } from "./patterns";
import { TEXT } from "./text";
import { type Answer, isText, type Read, WITHHELD } from "./values";
import { VERSIONS } from "./versions";
import { type Document, Words } from "./words";

export { RuleError } from "./form";
export { reader } from "./look";
export { WITHHELD };

/** What is read in one decision, and what its audiences answered. */
interface Decision extends Read {
  answers: Map<string, Answer>;
}

const decision = (read: Read): Decision => Object.assign((name: string) => read(name), { answers: new Map() });

/** Compiles the rules of one document. */
const compiler = (document: Document): ((rule: Rule) => Run) => {
  const words = new Words(document);
  const audiences = new Audiences(words);
  const compiled = new Map<string, Run>();

  const named: Table = {
    var: ([name = "", rule = null], ask, sign) => {
      const otherwise = ask(rule);
      const fits = words.fits(name);
      return signed((read) => {
        const found = read(name);
        return found == null || (fits && found !== WITHHELD && !fits(found)) ? otherwise(read) : found;
      }, sign);
    },
    audience: ([name], ask, sign) => {
      const key = `${sign ? "" : "!"}${name}`;
      let run = compiled.get(key);
      if (!run) compiled.set(key, run = ask(audiences.rule(name), sign!));
      return (read) => {
        const { answers } = read as Decision;
        let answer = answers.get(key);
        if (answer == null) answers.set(key, answer = run!(read));
        return answer;
      };
    },
    in_list: ([value, name], ask, sign) => {
      const list = words.list(name);
      return test((value) => isText(value) && list.has(value))([value], ask, sign);
    },
  };
  const table = Object.assign(
    Object.create(null), LOGIC, COMPARISONS, NUMBERS, TEXT, MOMENTS, VERSIONS, PATTERNS,
    lists((list, compiled) => words.within(list, compiled)), clock(words), addresses(words), named,
  ) as Table;

  return (rule) => {
    audiences.checked(rule);
    return compile(rule, table);
  };
};

/** Compile a rule; throws a `RuleError` when it can't be loaded. */
export const load = (rule: Rule, document: Document = {}): Run => {
  const run = compiler(document)(rule);
  return (read) => run(decision(read));
};

/** Compile rules in their order of priority, which an object wouldn't keep; gives those that match or are undecided. */
export const loadAll = (
  rules: Iterable<[id: string, rule: Rule]>, document: Document = {},
): ((read: Read) => Generator<[string, Answer]>) => {
  const compiled = compiler(document);
  const runs = [...rules].map(([id, rule]): [string, Run] => [id, compiled(rule)]);
  return function* (read) {
    const shared = decision(read);
    for (const [id, run] of runs) {
      const answer = run(shared);
      if (answer !== false) yield [id, answer];
    }
  };
};
