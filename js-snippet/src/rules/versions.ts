// Semantic Versioning 2.0.0, section 11; read leniently: "17.5" is 17.5.0, a leading "v" is dropped.
import { has } from "./look";
import { test, type Test } from "./comparisons";
import type { Table } from "./compile";
import { isText } from "./values";

/** Eight numbers, then how each mark of a pre-release ranks, and its text: numbers by length, words, a release. */
export const version = (text: string): any[] | null => {
  const found = /^v?(\d{1,15}(?:\.\d{1,15}){0,7})(?:-([\da-z.-]+))?(?:\+[\da-z.-]+)?$/i.exec(text);
  if (!found) return null;
  const core = found[1]!.split(".").map(Number);
  const marks = found[2] == null ? [Infinity] : found[2].split(".").flatMap((mark) => {
    const digits = mark.replace(/^0+/, "");
    return /^\d+$/.test(mark) ? [digits.length, digits] : [1e9, mark];
  });
  return [...core, 0, 0, 0, 0, 0, 0, 0].slice(0, 8).concat(marks as any[]);
};

/** What holds of the order of two values: -1, 0 or 1. */
export const SIGNS: Record<string, (order: number) => boolean> = {
  "=": (order) => !order, "==": (order) => !order, "!=": (order) => !!order,
  "<": (order) => order < 0, "<=": (order) => order <= 0, ">": (order) => order > 0, ">=": (order) => order >= 0,
};

const semVer: Test = (value, sign, wanted) => {
  const a = isText(value) && version(value);
  const b = isText(wanted) && version(wanted);
  if (!a || !b) return null;
  if (sign == "^" || sign == "~") return a[0] == b[0] && (sign == "^" || a[1] == b[1]);
  let place = 0;
  while (place < a.length && a[place] === b[place]) place++;
  const [x = -1, y = -1] = [a[place], b[place]];
  return has(SIGNS, sign) ? (SIGNS as any)[sign](x < y ? -1 : +(x > y)) : null;
};

export const VERSIONS: Table = { sem_ver: test(semVer, true) };
