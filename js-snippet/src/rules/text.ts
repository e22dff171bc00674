// Text: its beginning, its end, its parts, and paths.
import { contains, test, type Test } from "./comparisons";
import type { Row, Table } from "./compile";
import { isArray, isText } from "./values";

const text = (holds: Test): Test => (value, wanted) => isText(value) && isText(wanted) && holds(value, wanted);

const lower = (value: unknown): unknown => (isText(value) ? value.toLowerCase() : value);

/** Capital or small letters alike. */
const folded = (holds: Test): Row => test((value, wanted) =>
  isText(wanted) && holds(isArray(value) ? value.map(lower) : lower(value), lower(wanted)));

const starts = text((value, wanted) => value.startsWith(wanted));
const ends = text((value, wanted) => value.endsWith(wanted));

// `*` within a segment, `**` across, `?` one character. Each token makes one row of a table from the row before it:
// which beginnings of the text fit. So no pattern is slow.
const glob = text((value, pattern) => {
  const characters = ["", ...value];
  let row: unknown[] = [true];
  for (const [kind, across] of pattern.match(/\*+|[^]/gu) || []) {
    let held: unknown;
    row = characters.map((character, place) => held = kind == "*" ?
      row[place] || (held && (across || character != "/")) :
      row[place - 1] && (kind == "?" ? character != "/" : kind == character));
  }
  return !!row[characters.length - 1];
});

export const TEXT: Table = {
  starts_with: test(starts), istarts_with: folded(starts),
  ends_with: test(ends), iends_with: folded(ends),
  icontains: folded(contains),
  matches_glob: test(glob),
};
