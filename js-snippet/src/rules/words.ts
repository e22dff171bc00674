// What the rules of a document may name: facts with their types, audiences, lists.
import { day } from "./clock";
import type { Rule } from "./compile";
import { has } from "./look";
import { isArray, isNumber, isText } from "./values";

/** The parts of a site document that its rules name. */
export interface Document {
  /** Without them every fact may be read, and none has a type. */
  facts?: Record<string, { type?: string; items?: string }>;
  audiences?: Record<string, { when?: Rule }>;
  lists?: Record<string, readonly string[]>;
}

export type Fits = (value: unknown) => boolean;

/** What a value of each type looks like; what doesn't is missing. */
const LOOKS: Record<string, Fits> = {
  string: isText, version: isText, ip: isText,
  date: (value) => day(value) == day(value),
  number: isNumber, integer: isNumber, instant: isNumber,
  boolean: (value) => typeof value == "boolean",
  list: isArray,
};

const looks = (type: unknown): Fits | null => (isText(type) && has(LOOKS, type) ? LOOKS[type] as Fits : null);

/** `*` in a declared name stands for one segment, at its end for several. */
const covers = (pattern: string[], keys: string[]): boolean =>
  (keys.length == pattern.length || (keys.length > pattern.length && pattern[pattern.length - 1] == "*")) &&
  pattern.every((wanted, place) => wanted == "*" || keys[place] == wanted);

export class Words {
  /** While what stands inside a list is compiled, the type of its items, or "" when it is not known. */
  scope: string | null = null;
  private readonly lists = new Map<string, Set<string>>();

  constructor(readonly site: Document) {}

  /** The declaration that covers a name; an exact one wins. */
  fact(name: string): { type?: string; items?: string } | undefined {
    const { facts } = this.site;
    if (!facts) return {};
    if (has(facts, name)) return facts[name] as object;
    const keys = name.split(".");
    const found = Object.keys(facts).find((key) => key.includes("*") && covers(key.split("."), keys));
    return found == null ? undefined : facts[found];
  }

  inside(): boolean {
    return this.scope != null;
  }

  type(name: unknown): string | undefined {
    return (isText(name) && this.fact(name) || {}).type;
  }

  /** Tells values of a fact's type, or null where any value will do. */
  fits(name: string): Fits | null {
    return looks(this.scope == null ? this.type(name) : name ? null : this.scope);
  }

  /** The type of the items that a rule gives a list of. */
  items(list: Rule): string {
    while (has(list, "filter")) [list] = [list.filter].flat();
    const [name] = has(list, "var") ? [list.var].flat() : [];
    return isText(name) && (this.fact(name) || {}).items || "";
  }

  /** Compile what stands inside a list. */
  within<T>(list: Rule, compiled: () => T): [found: T, fits: Fits] {
    const before = this.scope;
    this.scope = this.items(list);
    const found = [compiled(), looks(this.scope) || (() => true)] as [T, Fits];
    this.scope = before;
    return found;
  }

  list(name: string): Set<string> {
    let found = this.lists.get(name);
    if (!found) this.lists.set(name, found = new Set(this.site.lists![name]));
    return found;
  }
}
