// What live.js works with: mitate.js has left it there.
import type { Decision, State } from "../types";
import type { viewer } from "../view";

interface Named extends State {
  elements: (slot: string) => Element[];
  emit: (type: string, detail: unknown) => void;
  /** May it still be shown: neither capped by what this page has told, nor dismissed? */
  allowed: (decision: Decision) => boolean;
  viewer: typeof viewer;
  /** Tell its exposure, once. */
  tell: (slot: string, decision: Decision) => void;
  /** Put it into its slot. */
  take: (slot: string, decision: Decision) => void;
}

export const state = (window.mitate as unknown as { loader: Named }).loader;
