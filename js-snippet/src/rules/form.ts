// What is wrong with a rule's form, found before it is compiled. What types operands have is the server's to check.
import { networksOf, network } from "./addresses";
import { day, dayNumber, instant, minutes, span } from "./clock";
import type { Rule } from "./compile";
import { has } from "./look";
import { runs } from "./patterns";
import table from "./table.json";
import { isArray, isPlain, isText } from "./values";
import { version } from "./versions";
import type { Words } from "./words";

/** Why a rule can't be loaded; `code` is what the server's check calls it, `pointer` says where (RFC 6901). */
export class RuleError extends SyntaxError {
  constructor(readonly code: string, readonly pointer: string, message: string) {
    super(`${code}: ${message}${pointer && ` at ${pointer}`}`);
  }
}

interface Call {
  op: string;
  operands: unknown[];
  /** Where each operand stands. */
  places: string[];
  pointer: string;
}

const rowOf = (op: string): { least: number; most: number | null; takes: string; gives: string } => {
  const [least, most, takes, gives] = (table.targeting as Record<string, any[]>)[op]!;
  return { least, most, takes, gives };
};

const refuse = (code: string, pointer: string, what: unknown): never => {
  throw new RuleError(code, pointer, isText(what) ? what.slice(0, 60) : isPlain(what) ? `${what}` : "");
};

const step = (key: string | number): string => `/${`${key}`.replace(/~/g, "~0").replace(/\//g, "~1")}`;

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/;

/** Look a rule over without recursion: whatever is beyond a limit. */
const survey = (rule: Rule): void => {
  const pending: [rule: Rule, pointer: string, depth: number, level: number][] = [[rule, "", 0, 0]];
  for (let size = 0; pending.length;) {
    let [value, pointer, depth, level] = pending.pop()!;
    if (++size > 20000 || (isArray(value) && value.length > 20000)) refuse("too-large", pointer, "over 20,000 values");
    if (!isPlain(value) && !isArray(value)) depth++;
    if (depth > 100 || level > 201) refuse("too-deep", pointer.slice(0, 200), "more than 100 nested operators");
    if (!isPlain(value)) {
      for (const [key, inner] of Object.entries(value as object)) {
        if (LONE.test(key)) refuse("not-json", pointer, "a key is no text");
        pending.push([inner, pointer + step(key.slice(0, 100)), depth, level + 1]);
      }
    } else if (isText(value)) {
      if (LONE.test(value)) refuse("bad-text", pointer, "half a character");
      const long = value.length > 10000 && [...value].length > 10000;
      if (long) refuse("too-large", pointer, "a text of more than 10,000 characters");
    } else if (typeof value == "number") {
      if (!isFinite(value)) refuse("bad-number", pointer, value);
    } else if (value !== null && typeof value != "boolean") refuse("not-json", pointer, typeof value);
  }
};

/** Give the operator, its operands and where they stand; nothing for a value. */
const call = (rule: Rule, pointer: string): Call | null => {
  if (isPlain(rule)) return null;
  if (isArray(rule)) {
    const place = rule.findIndex((item) => !isPlain(item));
    return place < 0 ? null : refuse("bad-list", pointer + step(place), "a list holds only plain values");
  }
  const entries = Object.entries(rule as object);
  if (entries.length != 1) refuse("one-operator", pointer, entries.map(([op]) => op).join(", "));
  const [op, operand] = entries[0] as [string, unknown];
  const operands = isArray(operand) ? operand : [operand];
  pointer += step(op);
  if (!has(table.targeting, op)) {
    return refuse(table.official.includes(op) ? "not-for-targeting" : "unknown-operator", pointer, op);
  }
  const { least, most } = rowOf(op);
  if (operands.length < least || (most != null && operands.length > most)) refuse("arity", pointer, op);
  return { op, operands, places: operands.map((_, place) => pointer + (isArray(operand) ? step(place) : "")), pointer };
};

const among = (words: readonly string[], value: unknown): boolean => words.includes(value as string);

const ORDERS = ["==", "!=", "<", "<=", ">", ">="];
const VERSION_SIGNS = ["=", "!=", "<", "<=", ">", ">=", "~", "^"];

/** What each kind of operands must look like, beyond what its parts are. */
const LOOKS: Record<string, (call: Call, form: Form) => void> = {
  in_list: ({ operands, places }, form) => {
    form.text(operands[1], places[1]!);
    if (!has(form.words.site.lists, operands[1] as string)) refuse("unknown-list", places[1]!, operands[1]);
  },
  in_cidr: ({ operands, places }, form) => {
    const bad = networksOf(operands[1], form.words).find((text) => !isText(text) || network(text) == null);
    const said = isArray(operands[1]) || isText(operands[1]);
    if (bad !== undefined) refuse(said ? "bad-network" : "wrong-type", places[1]!, bad);
  },
  regex: ({ operands, places }, form) => {
    if (!runs(form.text(operands[1], places[1]!))) refuse("not-in-browser", places[1]!, operands[1]);
  },
  sem_ver: ({ operands, places }) => {
    for (const place of [0, 2]) {
      const said = operands[place];
      if (isText(said) && !version(said)) refuse("bad-version", places[place]!, said);
    }
    if (!among(VERSION_SIGNS, operands[1])) refuse("bad-comparison", places[1]!, operands[1]);
  },
  moments: ({ operands, places }) => operands.forEach((operand, place) => {
    const read = !isPlain(operand) || day(operand) == day(operand) || instant(operand) == instant(operand);
    if (!read) refuse("bad-instant", places[place]!, operand);
  }),
  days_since: ({ operands: [since, ...more], places }) => {
    LOOKS.moments!({ operands: [since], places } as Call, null!);
    if (more.length > 1 && !among(ORDERS, more[0])) refuse("bad-comparison", places[1]!, more[0]);
  },
  time_between: ({ op, operands: [start, end, ...whose], places }, form) => {
    if (isNaN(minutes(start))) refuse("bad-time", places[0]!, start);
    if (isNaN(minutes(end))) refuse("bad-time", places[1]!, end);
    if (whose.length && !among(["site", "visitor"], whose[0])) refuse("bad-zone", places[2]!, whose[0]);
    form.clock(op, whose[0], "hour", "minute");
  },
  weekday: ({ op, operands, places }, form) => {
    operands.forEach((operand, place) => {
      if (place && among(["site", "visitor"], operand)) return;
      if (![operand].flat().every(dayNumber)) refuse("bad-weekday", places[place]!, operand);
    });
    form.clock(op, operands[operands.length - 1], "weekday");
  },
  count_events: ({ operands: [event, window, ...least], places }, form) => {
    if (!/^[a-z0-9_-]{1,64}$/.test(form.text(event, places[0]!))) refuse("bad-event", places[0]!, event);
    if (form.text(window, places[1]!) != "visit" && isNaN(span(window))) refuse("bad-window", places[1]!, window);
    const [most] = least as [number?];
    if (least.length && !(Number.isInteger(most) && most! > 0 && most! <= 50)) refuse("bad-count", places[2]!, most);
    form.fact(`events.${event}.times`, places[0]!);
    form.fact(window == "visit" ? "visit.started" : "time.now", places[0]!);
    form.fact("time.now", places[0]!);
  },
};

/** One walk over a rule. */
class Form {
  constructor(readonly words: Words, readonly audiences: Audiences) {}

  condition(rule: Rule, pointer: string, inside: boolean): void {
    const found = call(rule, pointer);
    if (!found) {
      if (typeof rule != "boolean") refuse("not-a-condition", pointer, rule);
      return;
    }
    const { takes, gives } = rowOf(found.op);
    if (takes == "conditions" || takes == "if") {
      found.operands.forEach((operand, place) => this.condition(operand, found.places[place]!, inside));
    } else if (takes == "audience") this.audience(found, inside);
    else if (gives == "condition" && takes != "quantifier") {
      if (takes == "time_between" || takes == "weekday" || takes == "count_events") return LOOKS[takes]!(found, this);
      found.operands.forEach((operand, place) => this.value(operand, found.places[place]!, inside));
      if (has(LOOKS, takes)) (LOOKS[takes] as any)(found, this);
    } else this.value(rule, pointer, inside, true);
  }

  value(rule: Rule, pointer: string, inside: boolean, asked = false): void {
    const found = call(rule, pointer);
    if (!found) return;
    const { op, operands, places } = found;
    const { takes, gives } = rowOf(op);
    const each = (place: number): void => this.value(operands[place], places[place]!, inside);
    if (takes == "var") {
      this.variable(found, inside);
      if (operands.length > 1) each(1);
    } else if (takes == "if") {
      operands.forEach((operand, place) => place % 2 == 0 && place + 1 < operands.length ?
        this.condition(operand, places[place]!, inside) : each(place));
    } else if (takes == "quantifier" && (asked || gives == "list")) {
      each(0);
      this.condition(operands[1], places[1]!, true);
    } else if (takes == "numbers") operands.forEach((_, place) => each(place));
    else refuse("condition-as-value", found.pointer, op);
  }

  variable({ operands, places, pointer }: Call, inside: boolean): void {
    const [name = ""] = operands;
    if (!isText(name)) return refuse("bad-var", places[0] || pointer, name);
    if (inside ? name[0] == "@" : name[0] == "@" || name.split(".").includes("")) refuse("bad-var", pointer, name);
    if (!inside) this.fact(name, pointer);
  }

  fact(name: string, pointer: string): void {
    if (!this.words.fact(name)) refuse("unknown-fact", pointer, name);
  }

  clock(op: string, whose: unknown, ...names: string[]): void {
    for (const name of names) this.fact((whose == "site" ? "site_time." : "time.") + name, step(op));
  }

  text(operand: unknown, pointer: string): string {
    return isText(operand) ? operand : refuse("wrong-type", pointer, operand);
  }

  audience({ operands: [name], places: [place], pointer }: Call, inside: boolean): void {
    this.text(name, place!);
    if (inside) refuse("audience-in-list", pointer, name);
    if (!has(this.words.site.audiences, name as string)) refuse("unknown-audience", place!, name);
    this.audiences.check(name as string, place!);
  }
}

/** Checks audiences once each, and measures how deep they nest. */
export class Audiences {
  private readonly depths = new Map<string, number | null>();

  constructor(readonly words: Words) {}

  rule(name: string): Rule {
    const audience = this.words.site.audiences![name]!.when;
    return audience === undefined ? null : audience;
  }

  check(name: string, pointer: string): void {
    const known = this.depths.get(name);
    if (known === null) refuse("audience-loop", pointer, name);
    if (known != null) return;
    this.depths.set(name, null);
    try {
      this.depths.set(name, this.checked(this.rule(name)));
    } catch (error) {
      this.depths.delete(name);
      const code = (error as RuleError).code;
      throw code == "audience-loop" ? error : new RuleError("broken-audience", pointer, `${name} (${code})`);
    }
  }

  /** Refuse a rule whose form is wrong; gives how deep it nests, its audiences included. */
  checked(rule: Rule): number {
    survey(rule);
    new Form(this.words, this).condition(rule, "", false);
    return this.nesting(rule, 1, 0);
  }

  /** Each branch of an "if" nests in the one before, and in the condition of another doubles the work. */
  private nesting(rule: Rule, depth: number, choices: number): number {
    if (depth > 101 || choices > 4) refuse("too-deep", "", "the rule and its audiences");
    const found = call(rule, "");
    if (!found) return depth;
    const { op, operands } = found;
    const choosing = op == "if" || op == "?:";
    if (op == "audience") return this.nesting(null, depth + this.depths.get(operands[0] as string)!, 0);
    return Math.max(depth, ...(op == "var" ? operands.slice(1) : operands).map((operand, place) => this.nesting(
      operand,
      depth + 1 + (choosing ? place >> 1 : 0),
      choices + +(choosing && place % 2 == 0 && place + 1 < operands.length),
    )));
  }
}
