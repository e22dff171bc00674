// The rules that the server left for the page to decide, in their order of priority.
import type { Residual } from "../../mitate";
import { evaluate } from "../rules/snippet";
import type { Answer } from "../types";
import { state } from "./bridge";
import { keep, watch } from "./signals";

/**
 * Wait for the rules of an answer, and no longer for those of the one before. One that was kept is as old as it is.
 *
 * A slot goes to the rule that comes true first, and of those that come true at once to the one of higher priority; from
 * then on no other takes it, unless caps or a dismissal no longer permit what it would show.
 */
export const wait = (answer: Answer): void => {
  let residuals = Array.isArray(answer.residuals) ? answer.residuals : [];
  const taken: Record<string, unknown> = {};

  const waits = (residual: Residual): boolean => {
    try {
      const { when, decisions } = residual;
      if (!evaluate(when, watch)) return true;
      for (const slot in decisions) {
        const decision = decisions[slot]!;
        if (taken[slot] || Date.now() - answer.came! > decision.lasts! * 1000 || !state.allowed(decision)) continue;
        taken[slot] = 1;
        if (decision.exposure == "decided") state.tell(slot, decision);
        state.take(slot, decision);
      }
    } catch (error) {
      // A rule of a newer server, say: it never comes true.
      state.emit("error", { code: "rule", error });
    }
    return false;
  };

  const check = (): void => {
    residuals = residuals.filter(waits);
    keep(JSON.stringify(residuals), check);
  };
  check();
};
