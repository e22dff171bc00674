// Conditions on the items of a list.
import { join, type Row, type Rule, type Run, signed, type Table } from "./compile";
import { look } from "./look";
import { isArray, type Read, WITHHELD } from "./values";

/** Compiles what is asked of each item of a list, and tells which items are of the type that the list's items have. */
export type Within = (list: Rule, compiled: () => Run) => [holds: Run, fits: (item: unknown) => boolean];

export const lists = (within: Within): Table => {
  const each = (list: Rule, compiled: () => Run): ((item: unknown, read: Read) => unknown) => {
    const [holds, fits] = within(list, compiled);
    return (item, read) => holds(Object.assign(
      (name: string) => (name || fits(item) ? look(item, name) : null),
      { root: read.root || read },
    ));
  };

  const quantifier = (exists: boolean, all?: boolean): Row => ([list, rule], ask, sign) => {
    const items = ask(list);
    const stop = sign == exists;
    const holds = each(list, () => ask(rule, all ? sign! : stop));
    return (read) => {
      const found = items(read);
      return found === WITHHELD ? found :
        isArray(found) && found.length ? join(found.map((item) => () => holds(item, read)), stop)(read) :
        sign != (all || exists);
    };
  };

  const filter: Row = ([list, rule], ask, sign) => {
    const items = ask(list);
    const holds = each(list, () => ask(rule, true));
    return signed((read) => {
      const found = items(read);
      if (!isArray(found)) return found === WITHHELD ? found : null;
      const kept = found.map((item) => holds(item, read));
      return kept.includes(WITHHELD) ? WITHHELD : found.filter((_, place) => kept[place]);
    }, sign);
  };

  return { some: quantifier(true), all: quantifier(false, true), none: quantifier(false), filter };
};
