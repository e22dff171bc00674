// What this tab keeps of a preview: what is wished to be seen, and how the owner left the panel.
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
const PREVIEW = "mitate_preview";

let kept = false;

export const recall = (): Memory => {
  try {
    return JSON.parse(sessionStorage[KEY] || "{}") as Memory;
  } catch {
    return {};
  }
};

/** Nothing is remembered of a preview that isn't kept. */
export const remember = (memory: Memory): void => {
  if (kept) try {
    sessionStorage[KEY] = JSON.stringify(memory);
  } catch { /* Denied: the panel starts closed on each page. */ }
};

/** Let the next pages of this tab show the preview, too. */
export const keep = (wish: string): void => {
  try {
    sessionStorage[PREVIEW] = wish;
    // Tells the next page to look for it.
    document.cookie = `${PREVIEW}=1;path=/;SameSite=Lax`;
    kept = true;
  } catch { /* Denied: it ends with this page. */ }
};

export const end = (): void => {
  kept = false;
  document.cookie = `${PREVIEW}=1;path=/;max-age=0`;
  try {
    sessionStorage.removeItem(PREVIEW);
    sessionStorage.removeItem(KEY);
  } catch { /* Denied, and so nothing was kept. */ }
};
