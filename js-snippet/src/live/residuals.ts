// The rules that the server left for the page to decide, in their order of priority.
import type { Residual } from "../../mitate";
import { evaluate } from "../rules/snippet";
import type { Answer } from "../types";
import { state } from "./bridge";
import { keep, watch } from "./signals";

/**
 * Wait for the rules of an answer that came `age` milliseconds ago, and no longer for those of the one before.
 *
 * A slot goes to the rule that comes true first, and of those that come true at once to the one of higher priority; from
 * then on no other takes it, unless caps or a dismissal no longer permit what it would show.
 */
export const wait = (answer: Answer, age: number): void => {
  let residuals = Array.isArray(answer.residuals) ? answer.residuals : [];
  const start = Date.now() - age;
  const taken: Record<string, unknown> = {};

  const waits = (residual: Residual): boolean => {
    try {
      const { when, decisions } = residual;
      if (!evaluate(when, watch)) return true;
      for (const slot in decisions) {
        const decision = decisions[slot]!;
        if (taken[slot] || Date.now() - start > decision.lasts! * 1000 || !state.allowed(decision)) continue;
        taken[slot] = 1;
        if (decision.exposure) state.tell(slot, decision);
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
