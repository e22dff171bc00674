// ops.js: what a tag hands to the loader where decisions do more than fill a slot. A tag from before that is followed by
// the same file as a script, which hands it over by itself.
import type { Answer, Decision, Ops, State, Undo } from "../types";
import ops from "./ops";
import { redirect } from "./redirect";

const KINDS = ["attributes", "operations", "order"] as const;

const given = function (
  this: State, about: Element | Document, said: Decision | Answer, tool: never, whole: unknown,
): Undo | boolean | undefined | 0 {
  if (about == document) {
    const go = (): boolean => redirect(this, said as Answer, tool);
    // A page that may never be shown tells nothing, and leads nowhere.
    return document.prerendering ? document.addEventListener("prerenderingchange", go) as undefined : go();
  }
  const kind = KINDS.find((kind) => (said as Decision)[kind]);
  return kind && (whole ? ops(kind, about as Element, (said as Decision)[kind], tool) : 0);
} as Ops;

const { loader } = (window.mitate || {}) as { loader?: State & { sweep?: () => void } };
if (loader && loader.sweep && !loader.ops) {
  loader.ops = given;
  loader.sweep();
}

export default given;
