// What stays on the visitor's device, with their consent, and goes with it.
import { fail, key, state, store, table } from "./bridge";
import type { Answer, Table } from "./types";

/** So many paths have their answers kept. */
const MOST = 9;

let granted: string[] = [];

/** Has the last answer granted this purpose? */
export const may = (purpose: string): boolean => granted.includes(purpose);

/** Write the cookie mitate_NAME for a year, or without a value delete it. */
export const remember = (name: "id" | "consent", value?: string | null): void => {
  // What no cookie takes is known as long as its page lives.
  state[name] = value || undefined;
  document.cookie = `mitate_${name}=${value};path=/;max-age=${value ? 31536e3 : 0};SameSite=Lax${
    location.protocol == "https:" ? ";Secure" : ""}`;
};

/** Put something on the device, or nothing in its place; where there is no storage, nothing. */
export const write = (name: string, value: unknown): void => {
  try {
    if (value) localStorage[name] = JSON.stringify(value);
    else delete localStorage[name];
  } catch {}
};

const save = (): void => write("mitate", may("personalization") && store);

/** Let no answer serve again: what it shows was seen often enough, or dismissed. */
export const forget = (): void => {
  store.answers = {};
  save();
};

/** Learn from an answer, in time or late, what may be kept, and keep it for this path; not of one that was in the page. */
export const learn = (answer: Answer, inPage?: unknown): void => {
  const path = location.pathname + location.search;
  const { answers } = store;
  const { lasts, purposes, preview, visitor } = answer;
  granted = preview ? [] : purposes;
  if (preview || inPage) return;
  if (answer.table) {
    store.table = { ...answer.table as Table, of: table.of || table.hash };
    fail("old-table");
  }
  // One that was kept grows no younger by being used.
  if (!answers[path] || answers[path]![2] != answer) {
    remember("id", visitor);
    delete answers[path];
    if (lasts) answers[path] = [key(), Date.now() + lasts * 1000, answer];
    Object.keys(answers).slice(0, -MOST).forEach((old) => delete answers[old]);
  }
  save();
};
