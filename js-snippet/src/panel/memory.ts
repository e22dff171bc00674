// How the owner left the panel, for the next page of this preview.
import type { Language } from "./types";

export const TABS = ["checks", "slots", "try", "times"] as const;

export type Tab = typeof TABS[number];

export interface Memory {
  open?: boolean;
  tab?: Tab;
  left?: boolean;
  language?: Language;
}

const KEY = "mitate_panel";

export const recall = (): Memory => {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) || "{}") as Memory;
  } catch {
    return {};
  }
};

export const remember = (memory: Memory): void => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(memory));
  } catch { /* Denied: the panel starts closed on each page. */ }
};

export const forget = (): void => {
  // The snippet's sign that this tab shows a preview.
  document.cookie = "mitate_preview=;path=/;max-age=0";
  try {
    ["mitate_preview", KEY].forEach((key) => sessionStorage.removeItem(key));
  } catch { /* Denied, and so nothing was kept. */ }
};
