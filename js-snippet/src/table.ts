import type { Slot, Store, Table } from "./types";

// A parameter of the function that the build wraps around the loader.
declare const TABLE: Table;

/** What a cookie of ours says. */
export const cookie = (name: string): string | undefined => document.cookie.match(`(^| )mitate_${name}=([^;]+)`)?.[2];

/** What an earlier page left, with its visitor's consent. */
export const store = {} as Store;
/** A preview comes with a link, and stays as long as this tab. */
export let preview = location.hash.split("mitate=")[1];
try {
  // It opens the preview to whoever reads it: the page's other scripts, and those whom they tell the address.
  if (preview) history.replaceState(history.state, "", location.href.split(/[#&]mitate=/)[0]);
  // Storage that was never used costs milliseconds to open; the cookies tell whether there is anything in it.
  if (!preview && cookie("preview")) preview = sessionStorage.mitate_preview;
  if (cookie("id")) Object.assign(store, JSON.parse(localStorage.mitate));
} catch {}
store.answers = store.answers || {};

const newer = store.table;

/** The tag's own table, with the slots of a newer one that an earlier page was given in its place. */
export const table = { ...TABLE, ...(newer?.of == TABLE.hash && newer), endpoint: TABLE.endpoint };

/** What finds a slot's elements. */
export const selectorOf = ({ name, selector }: Slot): string =>
  `:is(${selector || `[data-mitate="${name}"],mitate-slot[name="${name}"]`})`;
