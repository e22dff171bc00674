// The one place that knows how the snippet keeps its state.
import type { Filled, State, Table } from "../types";
import { end, keep } from "./memory";
import type { Loader, Reply, Wish } from "./types";

/** `window.mitate.loader`, as mitate.js leaves it. */
interface Snippet extends State {
  table: () => Table;
  filled: Map<Element, Filled>;
  elements: (slot: string) => Element[];
  /** A live fact's value now. */
  read?: (name: string) => unknown;
}

export interface Mitate {
  loader?: Snippet;
  refresh?: () => unknown;
}

/** A link brings a bare token; what the owner changed since stands around it. */
const wishOf = (preview: unknown): Wish | undefined => {
  if (typeof preview != "string") return preview as Wish | undefined;
  return preview.startsWith("{") ? JSON.parse(preview) as Wish : { token: preview };
};

/** Give the language the link asks for, as its token says. */
export const linkLanguage = ({ token }: Wish): string | undefined => {
  try {
    const said = atob((token.split(".")[1] || "").replace(/-/g, "+").replace(/_/g, "/"));
    return (JSON.parse(said) as { language?: string }).language;
  } catch {
    return undefined;
  }
};

/** Take the token out of the address, where an older tag has left it: a link that is passed on should not open a preview. */
export const strip = (): void => {
  if (/mitate=/.test(location.hash)) history.replaceState(history.state, "", location.href.split(/[#&]mitate=/)[0]);
};

/** Give what the panel reads, always as it is now, and what it may change. */
export const connect = ({ loader: state }: Mitate): Loader | undefined => {
  if (!state) return undefined;
  const wish = wishOf(state.preview);
  if (wish) state.preview = wish;
  return {
    wish,
    filled: state.filled,
    elements: (slot) => state.elements(slot),
    get table() {
      return state.table();
    },
    get answer() {
      return state.answer as Reply | undefined;
    },
    get log() {
      return state.log;
    },
    // live.js comes when the first answer waits for something.
    get read() {
      return state.read;
    },
    get ops() {
      return !!state.ops;
    },
    save() {
      strip();
      const told = (state.answer as Reply | undefined)?.preview;
      // Anybody can make a link: nothing is kept of one that the server doesn't accept, or no longer does.
      if (told?.problem) end();
      else if (told) keep(JSON.stringify(wish));
    },
  };
};
