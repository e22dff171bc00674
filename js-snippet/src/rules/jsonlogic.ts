// The official JSON-Logic dialect, with JavaScript's coercions: for content and for rules written elsewhere, never for
// deciding what visitors see (a missing number is below fifty here). The other half of rules/mitate_rules/jsonlogic.py.
import { has } from "./look";
import { isArray, isPlain, isText, truth } from "./values";

type Rule = unknown;
type Apply = (data: unknown) => unknown;

const MAX_WORK = 1e6;

/** As String() does, but for objects that bring their own toString. */
const text = (value: unknown): string =>
  isArray(value) ? value.map((item) => (item == null ? "" : text(item))).join() :
  isPlain(value) ? String(value) : "[object Object]";

const primitive = (value: unknown): any => (isPlain(value) ? value : text(value));
const number = (value: unknown): number => Number(value === undefined ? null : primitive(value));
const leading = (value: unknown): number => (typeof value == "number" ? value : parseFloat(text(value)));

const strictly = (a: unknown, b: unknown): boolean => a === b && isPlain(a);
const loosely = (a: unknown, b: unknown): boolean => (isPlain(a) || isPlain(b)) && primitive(a) == primitive(b);
const less = (a: unknown, b: unknown): boolean => primitive(a) < primitive(b);
const atMost = (a: unknown, b: unknown): boolean => primitive(a) <= primitive(b);

const chain = (holds: (a: unknown, b: unknown) => boolean) => (a: unknown, b: unknown, ...more: unknown[]): boolean =>
  holds(a, b) && (!more.length || holds(b, more[0]));

/** A place in a text, or a length of one. */
const whole = (value: unknown): number => Math.trunc(number(value)) || 0;

const substr = (source: unknown, start: unknown, length?: unknown): string => {
  const rest = text(source).slice(whole(start));
  return length == null ? rest : rest.slice(0, whole(length));
};

const isIn = (needle: unknown, hay: unknown): boolean =>
  isText(hay) ? !!hay && hay.includes(text(needle)) : isArray(hay) && hay.some((item) => strictly(needle, item));

const STRAIGHT: Record<string, (...operands: any[]) => unknown> = {
  "==": loosely, "===": strictly,
  "!=": (a, b) => !loosely(a, b), "!==": (a, b) => !strictly(a, b),
  "<": chain(less), "<=": chain(atMost), ">": (a, b) => less(b, a), ">=": (a, b) => atMost(b, a),
  "!": (operand) => !truth(operand), "!!": truth,
  "+": (...all) => all.map(leading).reduce((a, b) => a + b, 0),
  "*": (...all) => all.map(leading).reduce((a, b) => a * b, 1),
  "-": (a, ...b) => (b.length ? number(a) - number(b[0]) : -number(a)),
  "/": (a, b) => number(a) / number(b),
  "%": (a, b) => number(a) % number(b),
  min: (...all) => Math.min(...all.map(number)),
  max: (...all) => Math.max(...all.map(number)),
  in: isIn,
  cat: (...all) => all.map((operand) => (operand == null ? "" : text(operand))).join(""),
  substr,
  merge: (...all) => all.flat(),
  log: (operand) => operand,
};

/** Read a dotted name, or a place in a list; own properties only. */
const lookUp = (data: unknown, name: unknown, otherwise: unknown = null): unknown => {
  if (name == null || name === "") return data;
  for (const key of text(name).split(".")) {
    if (!has(data, key)) return otherwise;
    const found: unknown = data[key];
    if (found == null && isArray(data)) return otherwise;
    data = found;
  }
  return data;
};

const absent = (data: unknown, names: readonly unknown[]): unknown[] =>
  names.filter((name) => [null, ""].includes(lookUp(data, name) as null));

/** Give what applies a rule to data. Throws a SyntaxError or RangeError; what it gives does, beyond too much work. */
export const load = (rule: Rule): ((data?: unknown) => unknown) => {
  let left = 0;
  const spend = <T>(amount: number, result: T): T => {
    if ((left -= amount) < 0) throw RangeError("too much work");
    return result;
  };
  const items = (value: unknown): unknown[] => (isArray(value) ? spend(value.length, value) : []);

  const SPECIAL: Record<string, (...operands: Apply[]) => Apply> = {
    var: (name = none, otherwise = none) => (data) => lookUp(data, name(data), otherwise(data)),
    and: (...all) => (data) => {
      let found: unknown = null;
      for (const apply of all) if (!truth(found = apply(data))) break;
      return found;
    },
    or: (...all) => (data) => {
      let found: unknown = null;
      for (const apply of all) if (truth(found = apply(data))) break;
      return found;
    },
    if: (...all) => (data) => {
      let place = 0;
      while (place + 1 < all.length && !truth(all[place]!(data))) place += 2;
      return place + 1 < all.length ? all[place + 1]!(data) : (all[place] || none)(data);
    },
    map: (list = none, each = none) => (data) => items(list(data)).map((item) => each(item)),
    filter: (list = none, each = none) => (data) => items(list(data)).filter((item) => truth(each(item))),
    reduce: (list = none, each = none, start = none) => (data) => items(list(data)).reduce(
      (accumulator, current) => each({ current, accumulator }), start(data)),
    some: (list = none, each = none) => (data) => items(list(data)).some((item) => truth(each(item))),
    none: (list = none, each = none) => (data) => !items(list(data)).some((item) => truth(each(item))),
    all: (list = none, each = none) => (data) => {
      const found = items(list(data));
      return !!found.length && found.every((item) => truth(each(item)));
    },
    missing: (...names) => (data) => {
      const found = names.map((name) => name(data));
      return absent(data, isArray(found[0]) ? items(found[0]) : found);
    },
    missing_some: (need = none, options = none) => (data) => {
      const names = items(options(data));
      const gone = absent(data, names);
      return names.length - gone.length >= number(need(data)) ? [] : gone;
    },
  };
  SPECIAL["?:"] = SPECIAL.if!;

  let size = 0;
  const compile = (rule: Rule, depth: number): Apply => {
    if (++size > 20000 || depth > 200) throw RangeError("too deep");
    if (isPlain(rule)) return () => rule;
    if (isArray(rule)) {
      const parts = rule.map((part) => compile(part, depth + 1));
      return (data) => parts.map((part) => part(data));
    }
    const [op, more] = Object.keys(rule as object) as [string?, string?];
    if (op == null || more != null) return () => rule;
    const operands = [(rule as Record<string, unknown>)[op]].flat().map((operand) => compile(operand, depth + 1));
    if (has(SPECIAL, op)) return (SPECIAL as Record<string, any>)[op](...operands);
    if (!has(STRAIGHT, op)) throw SyntaxError("unknown operator " + op);
    const compute = (STRAIGHT as Record<string, any>)[op];
    return (data) => {
      const found: any = compute(...spend(1, operands.map((operand) => operand(data))));
      return isText(found) || isArray(found) ? spend(found.length >> 3, found) : found;
    };
  };
  const apply = compile(rule, 1);
  return (data: unknown = null) => {
    left = MAX_WORK;
    return apply(data);
  };
};

const none: Apply = () => null;
