import type { Ops, Shadow, Slot, Store, Table } from "./types";

// The parameters of the function that the build wraps around the loader.
declare const TABLE: Table;
declare const OPS: Ops | undefined;
declare const SHADOW: Shadow | undefined;

export const ops = OPS;
export const shadow = SHADOW;

/** What an earlier page left, with its visitor's consent. */
export let store: Store = { answers: {} };
/** A preview comes with a link, and stays as long as this tab. */
export let preview = location.hash.split("mitate=")[1];
try {
  // Storage that was never used costs milliseconds to open; the cookies tell whether there is anything in it.
  const { cookie } = document;
  if (!preview && /mitate_preview/.test(cookie)) preview = sessionStorage.mitate_preview;
  if (/mitate_id/.test(cookie)) {
    const kept = JSON.parse(localStorage.mitate);
    if (kept.answers) store = kept;
  }
} catch {}

const [of, newer] = store.table || [];

/** The tag's own table, with the slots of a newer one that an earlier page was given in its place. */
export const table = { ...TABLE, ...(of == TABLE.hash && newer), endpoint: TABLE.endpoint };

/** What finds a slot's elements. */
export const selectorOf = ({ name, selector }: Slot): string =>
  `:is(${selector || `[data-mitate="${name}"],mitate-slot[name="${name}"]`})`;
