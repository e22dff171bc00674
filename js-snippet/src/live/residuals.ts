// The rules that the server left for the page to decide, in their order of priority.
import type { Residual } from "../../mitate";
import { fail } from "../bridge";
import { evaluate } from "../rules/snippet";
import type { Answer, Decision } from "../types";
import { keep, watch } from "./signals";

/**
 * Wait for the rules of an answer, and no longer for those of the one before.
 *
 * A slot goes to the rule that comes true first, and of those that come true at once to the one of higher priority; from
 * then on no other takes it. `allowed` says whether caps and dismissals still permit a decision, `tell` records its
 * exposure, `take` puts it into its slot.
 */
export const wait = (
  { residuals = [] }: Answer,
  allowed: (decision: Decision) => boolean,
  tell: (slot: string, decision: Decision) => void,
  take: (slot: string, decision: Decision) => void,
): void => {
  const start = Date.now();
  const taken: Record<string, unknown> = {};

  const waits = ({ when, decisions }: Residual): boolean => {
    try {
      if (!evaluate(when, watch)) return true;
      for (const slot in decisions) {
        const decision = decisions[slot]!;
        if (taken[slot] || Date.now() - start > decision.lasts! * 1000 || !allowed(decision)) continue;
        taken[slot] = 1;
        if (decision.exposure) tell(slot, decision);
        take(slot, decision);
      }
    } catch (error) {
      // A rule of a newer server, say: it never comes true.
      fail("rule", { error });
    }
    return false;
  };

  const check = (): void => {
    residuals = residuals.filter(waits);
    keep(JSON.stringify(residuals), check);
  };
  check();
};
