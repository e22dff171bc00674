// The one place that knows how the loader keeps its state.
import type { Loader as Tuple } from "../types";
import type { Loader, Reply, Wish } from "./types";

export interface Mitate {
  loader?: Tuple;
  refresh?: () => unknown;
}

/** A link brings a bare token; what the owner changed since stands around it. */
const wishOf = (preview: unknown): Wish | undefined => {
  if (typeof preview != "string") return preview as Wish | undefined;
  return preview.startsWith("{") ? JSON.parse(preview) as Wish : { token: preview };
};

/** Give what the panel reads, always as it is now, and what it may change. */
export const connect = (mitate: Mitate): Loader | undefined => {
  if (!mitate.loader) return undefined;
  const [state, table, , filled, , , , , , , , , , , elements] = mitate.loader;
  const wish = wishOf(state.preview);
  if (wish) state.preview = wish;
  return {
    table, filled, wish,
    elements: (slot) => elements([slot]),
    get answer() {
      return state.answer as Reply | undefined;
    },
    get log() {
      return state.log;
    },
    get live() {
      return (state as { live?: Loader["live"] }).live;
    },
    save() {
      try {
        sessionStorage.mitate_preview = JSON.stringify(wish);
      } catch { /* Denied: the next page begins with the link's own. */ }
    },
  };
};
