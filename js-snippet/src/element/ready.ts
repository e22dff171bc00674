// What mitate.js leaves at `window.mitate.loader` when it has come: of that, what blocks in shadow roots need.
import type { Filled, Shadow } from "../types";

export interface Ready {
  filled: Map<Element, Filled>;
  sweep: () => void;
  shadow?: Shadow;
}

/** Wait for mitate.js; on a page without it, for ever. */
export const ready = (then: (loader: Ready) => void): void => {
  const { loader } = (window.mitate || {}) as { loader?: Ready };
  if (loader && loader.filled) then(loader);
  else document.addEventListener("mitate:ready" as never, ({ detail }: CustomEvent<Ready>) => then(detail));
};
