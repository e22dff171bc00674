// ops.js: what a tag hands to the loader where decisions do more than fill a slot. A tag from before that is followed by
// the same file as a script, which hands it over by itself.
import type { Answer, Decision, Loader, Ops, State, Undo } from "../types";
import ops from "./ops";
import { redirect } from "./redirect";

const KINDS = ["attributes", "operations", "order"] as const;

const given = ((about: Element | Document, said: Decision | Answer, tool: never, whole: unknown): Undo | boolean | undefined | 0 => {
  if (about == document) {
    const { purposes, preview } = said as Answer;
    return redirect(said as Answer, (slot, { experience, variant, reason }) => purposes[1] && !preview &&
      (tool as Loader[7])("events", { events: [{ type: "exposure", slot, experience, variant, reason }] }, { keepalive: true }));
  }
  const kind = KINDS.find((kind) => (said as Decision)[kind]);
  return kind && (whole ? ops(kind, about as Element, (said as Decision)[kind], tool) : 0);
}) as Ops;

const { loader } = (window.mitate || {}) as { loader?: State & { sweep?: () => void } };
if (loader && loader.sweep && !loader.ops) {
  loader.ops = given;
  loader.sweep();
}

export default given;
