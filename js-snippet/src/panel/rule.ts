// Rules for readers: the developer's tree of an explanation, and in a sentence what waits for the page.
import type { Condition, Json, Story } from "./types";
import { isWord, type Say, type Word } from "./words";

const MARKS = new Map<unknown, string>([[true, "✓"], [false, "✗"], ["withheld", "?"], [null, "–"]]);

const line = ({ op, result, negated, audience, reads, why }: Condition): string => [
  MARKS.get(result) || "–", negated && op != "audience" ? `not ${op}` : op, audience && `"${audience}"`,
  ...Object.entries(reads || {}).map(([name, value]) => `${name} = ${value === null ? "missing" : JSON.stringify(value)}`),
  why && `(${why})`,
].filter(Boolean).join(" ");

const branch = (condition: Condition, depth: number): string[] =>
  ["  ".repeat(depth) + line(condition), ...(condition.parts || []).flatMap((part) => branch(part, depth + 1))];

/** Show every experience for the slot, with how it ended and what its conditions read. */
export const tree = (story: Story, say: Say): string => story.steps.flatMap(({ experience, ending, rule }) =>
  [`${experience}: ${isWord(ending) ? say(ending) : ending}`, ...branch(rule.tree, 1)]).join("\n");

// -- residuals -----------------------------------------------------------------------------------

const COMPARED: Record<string, Word> = {
  ">=": "at-least", ">": "more", "<=": "at-most", "<": "less", "==": "is", "===": "is", "!=": "is-not", "!==": "is-not",
};

const MIRRORED: Record<string, string> = { ">=": "<=", ">": "<", "<=": ">=", "<": ">" };

const isOperation = (rule: Json): rule is { [op: string]: Json } => typeof rule == "object" && !!rule && !Array.isArray(rule);

/** Say what a live fact is; one of the site's own elements and events by its name. */
export const factLabel = (name: string, say: Say): string => {
  const [, kind = "", rest = ""] = /^(live\.\w+)\.?(.*)$/.exec(name) || [];
  return isWord(kind) ? say(kind, { name: rest }) : name;
};

const operands = (found: Json | undefined): Json[] => Array.isArray(found) ? found : [found as Json];

const value = (rule: Json, say: Say): string => {
  if (!isOperation(rule)) return typeof rule == "boolean" ? say(rule ? "yes" : "no") : `${rule}`;
  return "var" in rule ? factLabel(`${operands(rule.var)[0]}`, say) : sentence(rule, say);
};

/** Say a rule over live facts in words; what has no words is shown as it stands. */
export const sentence = (rule: Json, say: Say): string => {
  if (!isOperation(rule)) return value(rule, say);
  const [op = "", found] = Object.entries(rule)[0] || [];
  const parts = operands(found);
  const word = COMPARED[op];
  if (op == "var") return value(rule, say);
  if (op == "and" || op == "or") return parts.map((part) => sentence(part, say)).reduce((a, b) => say(op, { a, b }));
  if (op == "!!") return sentence(parts[0] as Json, say);
  if (op == "!") return say("not", { a: sentence(parts[0] as Json, say) });
  if (!word || parts.length != 2) return JSON.stringify(rule);
  const [one, other] = parts as [Json, Json];
  // "10 <= seconds" reads better the other way round.
  if (!isOperation(one) && isOperation(other)) return sentence({ [MIRRORED[op] || op]: [other, one] }, say);
  return say(word, { f: value(one, say), v: value(other, say) });
};

/** Name the facts a rule reads. */
export const factsOf = (rule: Json): string[] => Array.isArray(rule) ? rule.flatMap(factsOf) : !isOperation(rule) ? [] :
  Object.entries(rule).flatMap(([op, found]) => op == "var" ? [`${operands(found)[0]}`] : factsOf(found));
