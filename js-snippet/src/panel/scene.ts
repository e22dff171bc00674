// All that is known of the page at one moment, read at once so that every part of the panel tells the same story.
import type { Refusal } from "./refusals";
import { type Timeline, timeline } from "./timeline";
import type { Decision, Declared, Filled, Language, Loader, Reply, Slot, Story, Table, Told, Wish } from "./types";
import { label, type Say, speak } from "./words";

/** One slot: as the document has it, as the tag has it, and as the page has it. */
export interface Place {
  name: string;
  label: string;
  selector: string;
  /** The selector can't be read. */
  broken: boolean;
  reserve: string | null | undefined;
  live: boolean;
  shadow: boolean;
  elements: Element[];
  filled: Filled[];
  decision: Decision | undefined;
  story: Story | undefined;
}

export interface Scene {
  loader: Loader;
  language: Language;
  say: Say;
  table: Table;
  told: Told;
  /** An answer has come, in time or late. */
  answered: boolean;
  wish: Wish;
  places: Place[];
  times: Timeline;
  refusals: Refusal[];
  /** Seconds since 1970. */
  now: number;
}

const find = (selector: string): Element[] | undefined => {
  try {
    return [...document.querySelectorAll(selector)];
  } catch {
    return undefined;
  }
};

// A slot of the document that the tag doesn't know is looked for as the tag would look.
const elementsOf = (loader: Loader, row: Slot | undefined, selector: string): Element[] | undefined => {
  return row ? loader.elements(row.name) : find(selector);
};

const place = (loader: Loader, told: Told, declared: Declared, row: Slot | undefined, language: Language): Place => {
  const { name } = declared;
  const selector = declared.selector || row?.selector || `[data-mitate="${name}"]`;
  const elements = elementsOf(loader, row, selector);
  return {
    name, selector, broken: !elements, elements: elements || [],
    label: label(declared.label, language, name),
    reserve: declared.reserve || row?.reserve, live: !!(declared.live || row?.live), shadow: !!(declared.shadow || row?.shadow),
    filled: [...loader.filled.values()].filter(({ slot, element }) => slot == name && element.isConnected),
    decision: loader.answer?.decisions[name],
    story: told.stories?.[name],
  };
};

/** The last late answer counts, too: it says why nothing is shown. */
const lastTold = (loader: Loader): Told | undefined => {
  const late = [...loader.log].reverse().find(([, type]) => type == "late");
  return loader.answer?.preview || (late?.[2] as Reply | undefined)?.preview;
};

export const look = (loader: Loader, language: Language, refusals: Refusal[]): Scene => {
  const { table, wish = { token: "" } } = loader;
  const found = lastTold(loader);
  const told = found || {};
  const rows = table.slots;
  const declared: Declared[] = told.slots || rows;
  return {
    loader, language, table, told, refusals, wish,
    say: speak(language), answered: !!(found || loader.answer),
    places: declared.map((one) => place(loader, told, one, rows.find(({ name }) => name == one.name), language)),
    times: timeline(loader, table), now: Date.now() / 1000,
  };
};

/** Give what an experience or a variant is called. */
export const experienceLabel = ({ told, language }: Scene, id: string | null | undefined): string =>
  label(told.experiences?.find((one) => one.id == id)?.label, language, id || "");

export const variantLabel = ({ told, language }: Scene, { experience, variant }: Decision): string => {
  const variants = told.experiences?.find(({ id }) => id == experience)?.variants;
  return label(variants?.find(({ id }) => id == variant)?.label, language, variant || "");
};

/** Does a decision put something into the page, or keep what it has? */
export const hasContent = (decision: Decision | undefined): boolean => !!decision &&
  Object.keys(decision).some((key) => /^(html|text|attributes|json|redirect|operations|order|rendered)$/.test(key));
