// Regular expressions: the part of RE2's syntax that says the same here, and that no text makes slow. The other half of
// rules/mitate_rules/patterns.py.
import { test } from "./comparisons";
import type { Table } from "./compile";
import { isText } from "./values";

const CHARACTER = /(?:[^\\\]\[-]|\[(?!:)|\\[\^$\\.*+?()\[\]{}|/-]|\\[nrtfv]|\\x[0-9A-Fa-f]{2})/.source;
const TOKEN = new RegExp(
  String.raw`(?<one>[^\\^$*+?()\[\]{}|]|\\[\^$\\.*+?()\[\]{}|/]|\\[dDwWnrtfv]|\\x[0-9A-Fa-f]{2}` +
  String.raw`|\[(?:\^(?!\])|(?![\^\]]))-?(?:${CHARACTER}(?:-${CHARACTER})?|\\[dDwW])*-?\])` +
  String.raw`|(?<edge>[\^$]|\\b)|(?<open>\((?:\?:|(?!\?)))|(?<close>\))|(?<either>\|)` +
  String.raw`|(?<again>[*+?]|\{(?<least>[0-9]{1,4})(?:(?<comma>,)(?<most>[0-9]{0,4}))?\})\??`, "sy");

const times = ({ again, least, comma, most }: Record<string, string | undefined>): [number, number] =>
  least == null ? (again == "*" ? [0, Infinity] : again == "+" ? [1, Infinity] : [0, 1]) :
  [+least, comma == null ? +least : +most! || Infinity];

/** Whether a pattern means the same here; what is repeated leaves no choice, or trying them all could take for ever. */
export const runs = (pattern: string): boolean => {
  const groups = [false];
  let before = "";
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < pattern.length) {
    const found = (TOKEN.exec(pattern) || { groups: undefined }).groups;
    if (!found || (found.again && (before == "" || before == "edge"))) return false;
    if (found.again) {
      const [least, most] = times(found);
      if (before == "choice" && most > 1) return false;
      groups[groups.length - 1] ||= least != most;
      before = "";
    } else if (found.open) {
      groups.push(false);
      before = "";
    } else if (found.close) {
      before = groups.pop() ? "choice" : "group";
      groups[groups.length - 1] ||= before == "choice";
    } else if (found.either) {
      groups[groups.length - 1] = true;
      before = "";
    } else before = found.one ? "one" : "edge";
  }
  try {
    return !!new RegExp(pattern, "su");
  } catch {
    return false;
  }
};

export const PATTERNS: Table = {
  regex: ([value, pattern], ask, sign) => {
    const found = new RegExp(pattern, "su");
    return test((value) => isText(value) && found.test(value))([value], ask, sign);
  },
};
