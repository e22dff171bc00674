// Networks as the bits they begin with: "4" or "6", then the bits.
import { test } from "./comparisons";
import type { Row, Table } from "./compile";
import { has } from "./look";
import { isArray, isText } from "./values";
import type { Words } from "./words";

const bits = (number: number, width: number): string => number.toString(2).padStart(width, "0");

const four = (text: string): string | null => {
  const parts = text.split(".");
  return parts.length == 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256) ?
    parts.map((part) => bits(+part, 8)).join("") : null;
};

const six = (text: string): string | null => {
  const last = /[^:]*$/.exec(text)![0];
  if (last.includes(".")) {
    const low = four(last);
    const group = (bits: string): string => parseInt(bits, 2).toString(16);
    return low && six(`${text.slice(0, -last.length)}${group(low.slice(0, 16))}:${group(low.slice(16))}`);
  }
  const [head, tail, ...more] = text.split("::").map((half) => (half ? half.split(":") : []));
  if (more.length || !head) return null;
  const gap = 8 - head.length - (tail ? tail.length : 0);
  const groups = tail && gap > 0 ? [...head, ...Array<string>(gap).fill("0"), ...tail] : head;
  return (tail ? gap > 0 : !gap) && groups.every((group) => /^[\da-f]{1,4}$/i.test(group)) ?
    groups.map((group) => bits(parseInt(group, 16), 16)).join("") : null;
};

const MAPPED = "0".repeat(80) + "1".repeat(16);

/** The bits of an address; an IPv4 address mapped into IPv6 is the IPv4 one. */
const address = (text: string): string | null => {
  const low = four(text);
  if (low) return "4" + low;
  const [, plain] = /^([^%]*)(?:%[^%]+)?$/.exec(text) || [];
  const high = plain ? six(plain) : null;
  return high && (high.startsWith(MAPPED) ? "4" + high.slice(96) : "6" + high);
};

/** The bits a network's addresses begin with, or null when it is none. */
export const network = (text: string): string | null => {
  const [, plain, length] = /^([^/]*)(?:\/([^/]*))?$/.exec(text.trim()) || [];
  const low = plain && four(plain);
  const high = plain && !low && six(plain);
  const whole = low ? "4" + low : high ? "6" + high : null;
  if (!whole || length == null) return whole;
  const mask = (low && four(length)) || "";
  const ones =
    /^\d+$/.test(length) ? +length :
    /^1*0*$/.test(mask) && mask ? mask.lastIndexOf("1") + 1 :
    /^0*1*$/.test(mask) && mask ? mask.indexOf("1") :
    NaN;
  return ones < whole.length ? whole.slice(0, ones + 1) : null;
};

/** The networks an operand names: one, several, or those of a list. */
export const networksOf = (among: unknown, words: Words): readonly unknown[] =>
  isArray(among) ? among :
  isText(among) && network(among) == null && has(words.site.lists, among) ? words.site.lists[among] as string[] :
  [among];

export const addresses = (words: Words): Table => {
  const inCidr: Row = ([ip, among], ask, sign) => {
    const found = new Set(networksOf(among, words).map((text) => network(text as string)));
    const lengths = [...new Set([...found].map((bits) => bits!.length))];
    return test((ip) => {
      const all = isText(ip) && address(ip.trim());
      return !!all && lengths.some((length) => found.has(all.slice(0, length)));
    })([ip], ask, sign);
  };
  return { in_cidr: inCidr };
};
