// What the rules of a page work with.
import type { Decision } from "../types";

/** A fact as the page knows it: what hasn't happened is false. */
export type Fact = number | boolean;

/** A decision that holds, for its slot, once its rule does. */
export interface Left extends Decision {
  /** Told when its rule comes true, not when its slot is seen. */
  exposure?: "decided";
  /** Seconds from the answer on until its schedule ends. */
  lasts?: number;
}

export interface Residual {
  /** Reads `live.*` alone. */
  when: unknown;
  decisions: Record<string, Left>;
}

/** What happens to a decision whose rule has come true. */
export interface Hands {
  /** May it still be shown: neither capped by what this page has told, nor dismissed? */
  allowed: (decision: Left) => boolean;
  /** Tell its exposure, once. */
  tell: (slot: string, decision: Left) => void;
  /** Put it into its slot. */
  take: (slot: string, decision: Left) => unknown;
}
