// What stays on the visitor's device, with their consent, and goes with it.
import { fail, key, queue, recall, state, store, table } from "./bridge";
import { drop } from "./record";
import type { Answer, Call, Table } from "./types";

/** So many paths have their answers kept. */
const MOST = 9;

let granted: string[] = [];
/** The choice that it was granted with: another tab may take another, or the visitor clear their browser. */
let chosen: string | undefined;

/** May this be done now, as far as the last answer and the visitor's choice tell? */
export const may = (purpose: string): boolean => recall("consent") == chosen && granted.includes(purpose);

/** Write the cookie mitate_NAME for a year, or without a value delete it. */
export const remember = (name: "id" | "consent", value?: string | null): void => {
  state[name] = undefined;
  document.cookie = `mitate_${name}=${value};path=/;max-age=${value ? 31536e3 : 0};SameSite=Lax${
    location.protocol == "https:" ? ";Secure" : ""}`;
  // What no cookie takes is known as long as its page lives.
  if (value && recall(name) != value) state[name] = value;
};

/** Put something on the device, or nothing in its place; where there is no storage, nothing. */
export const write = (name: string, value: unknown): void => {
  try {
    if (value) localStorage[name] = JSON.stringify(value);
    else delete localStorage[name];
  } catch {}
};

const save = (): void => write("mitate", may("personalization") && store);

/** Take the kept answers as other tabs have left them; where there is no storage, as they are. */
export const reread = (): void => {
  if (may("personalization")) try {
    store.answers = JSON.parse(localStorage.mitate || "{}").answers || {};
  } catch {}
};

/** Let no answer serve again: what it shows was seen often enough, or dismissed. */
export const forget = (): void => {
  store.answers = {};
  save();
};

/**
 * Learn from an answer that came `age` milliseconds ago, in time or late, what may be kept, and keep it for this path; not
 * of one that was in the page.
 */
export const learn = (answer: Answer, age: number, inPage?: unknown): void => {
  const path = location.pathname + location.search;
  const { came, lasts, purposes, preview, visitor } = answer;
  chosen = recall("consent");
  // Two digits, of personalization and analytics: a choice made while the answer was on its way counts.
  granted = preview ? [] : purposes.filter((purpose) => chosen?.["pa".indexOf(purpose[0]!)] != "0");
  answer.came = came || Date.now() - age;
  if (preview) return;
  // A choice that waits for its turn may well allow what is missing here.
  const waits = (queue as Call[]).some(([name]) => name == "consent");
  if (!may("analytics") && !waits) drop();
  if (inPage) return;
  if (answer.table) {
    store.table = { ...answer.table as Table, of: table.of || table.hash };
    fail("old-table");
  }
  reread();
  // One that was kept grows no younger by being used.
  if (!came) {
    const { answers } = store;
    // Browsers that let scripts keep cookies for a week count it from the last write.
    if (chosen && !state.consent) remember("consent", chosen);
    if (!waits || visitor) remember("id", granted[1] && visitor);
    delete answers[path];
    if (lasts) answers[path] = [key(), answer.came + lasts * 1000, answer];
    Object.keys(answers).slice(0, -MOST).forEach((old) => delete answers[old]);
  }
  save();
};
