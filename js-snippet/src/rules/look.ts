// Reading nested data: own properties only.
import { isPlain, type Read } from "./values";

/** Arrays have an own `length`, which is not enumerable; text has own places, but is no object. */
export const has = (value: unknown, key: string): value is Record<string, unknown> =>
  !isPlain(value) && {}.propertyIsEnumerable.call(value, key);

/** Read a dotted name; the empty name is the data itself. */
export const look = (data: unknown, name: string): unknown =>
  name ? name.split(".").reduce((node, key) => (has(node, key) ? node[key] : null), data) : data;

/** Read facts from nested data: `{ "geo": { "country": "JP" } }` has `geo.country`. */
export const reader = (data: unknown): Read => (name) => look(data, name);
