// What is asked of the visitor's clock, or the site's.
import { contains, test, type Test } from "./comparisons";
import type { Row, Table, Value } from "./compile";
import { has } from "./look";
import { moment } from "./moments";
import { isArray, isNumber, isText, WITHHELD } from "./values";
import { SIGNS } from "./versions";
import type { Words } from "./words";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** Days since 1970 of a `YYYY-MM-DD` date that exists; NaN of all else. */
export const day = (text: unknown): number => {
  const at = isText(text) && /^\d{4}(-\d\d){2}$/.test(text) && text > "0001" ? Date.parse(text + "T00:00Z") : NaN;
  return at == at && new Date(at).toISOString().slice(0, 10) == text ? at / 864e5 : NaN;
};

/** Epoch seconds of an instant with its offset; NaN of all else. */
export const instant = (text: unknown): number =>
  isText(text) && day(text.slice(0, 10)) == day(text.slice(0, 10)) &&
  /^.{10}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.test(text) ?
    Date.parse(text) / 1e3 : NaN;

/** Minutes of a time of day, from 00:00 to 24:00; NaN of all else. */
export const minutes = (text: unknown): number =>
  isText(text) && /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text) ? +text.slice(0, 2) * 60 + +text.slice(3) : NaN;

/** Seconds of a time to look back, such as "30d"; NaN of all else. */
export const span = (text: unknown): number => {
  const [, count, unit] = (isText(text) && /^(\d{1,6}(?:\.\d{1,3})?)([smhdw])$/.exec(text)) || [];
  return count && +count > 0 ? +count * SECONDS[unit!]! : NaN;
};

/** The number of a day, 1 is Monday, from its number or name; 0 of all else. */
export const dayNumber = (name: unknown): number =>
  [1, 2, 3, 4, 5, 6, 7].indexOf(name as number) + 1 || DAYS.indexOf(name as string) + 1;

const numbered = (names: unknown[]): number[] => names.map(dayNumber).filter(Boolean);

const ago = (now: Value, seconds: number): Value => (read) => {
  const found = now(read);
  return isNumber(found) ? found - seconds : found;
};

const elapsed = (since: any, now: any): number => {
  if (isText(since) && isText(now)) return day(now) - day(since);
  return isNumber(since) && isNumber(now) ? Math.floor((now - since) / 86400) : NaN;
};

const daysSince: Test = (since, sign, days, now) => {
  const past = elapsed(since, now);
  return isFinite(past) && isNumber(days) ? (SIGNS as any)[sign](past - days) : null;
};

const timeBetween: Test = (start, end, hour, minute) => {
  if (!isNumber(hour) || !isNumber(minute) || hour < 0 || hour > 24 || minute < 0 || minute >= 60) return null;
  const now = hour * 60 + minute;
  return start <= end ? start <= now && now < end : now >= start || now < end;
};

const countEvents: Test = (times, since, least, now) => isArray(times) && isNumber(since) && isNumber(now) ?
  times.filter((time) => isNumber(time) && since <= time && time <= now).length >= least : null;

/** Whose clock: the visitor's unless the last operand says the site's. */
const zone = (operands: unknown[]): string => (operands[operands.length - 1] == "site" ? "site_time." : "time.");

export const clock = (words: Words): Table => {
  const read = (name: string): Value => {
    const fits = words.inside() ? null : words.fits(name);
    return (read) => {
      const found = (read.root || read)(name);
      return found == null || (fits && found !== WITHHELD && !fits(found)) ? null : found;
    };
  };
  const isDate = (operand: unknown): boolean =>
    day(operand) == day(operand) ||
    (!words.inside() && has(operand, "var") && words.type([operand.var].flat()[0]) == "date");

  const row = (holds: Test, operands: (all: any[]) => unknown[], needsAll?: boolean): Row => (all, ask, sign) =>
    test(holds, needsAll)(operands(all), ask, sign);

  return {
    days_since: row(daysSince, ([since, ...more]) => [
      moment(since), ...(more.length > 1 ? more : [">=", ...more]), read(isDate(since) ? "time.date" : "time.now"),
    ], true),
    time_between: row(timeBetween, (all) => [
      minutes(all[0]), minutes(all[1]), read(zone(all) + "hour"), read(zone(all) + "minute"),
    ], true),
    weekday: row(contains, (all) => [numbered(all.flat()), read(zone(all) + "weekday")]),
    count_events: row(countEvents, ([event, window, least = 1]) => {
      const now = read("time.now");
      const since = window == "visit" ? read("visit.started") : ago(now, span(window));
      return [read(`events.${event}.times`), since, least, now];
    }, true),
  };
};
