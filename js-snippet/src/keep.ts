// The answer that is there already: in the page, or kept from before.
import { proper } from "./ask";
import { state } from "./state";
import { store } from "./table";
import type { Answer } from "./types";
import { recall, who } from "./visitor";

/** Whom an answer is for. */
export const key = (): string => JSON.stringify(who());

/** What serves this path, this visitor and this moment. */
export const known = (): Answer | undefined => {
  // A preview is decided anew.
  if (!state.preview) try {
    const script = document.querySelector("script[data-mitate]");
    if (script) {
      const answer = proper(JSON.parse(script.textContent as string))!;
      // A page that was kept may know nothing of a choice made since, whose digits are of personalization and analytics.
      if (!/p.*0.$|,a.*0$/.test(answer.purposes + recall("consent")!)) return answer;
      script.removeAttribute("data-mitate");
    }
    const [of, until, answer] = store.answers[location.pathname + location.search] || [];
    if (of == key() && Date.now() < (until as number)) {
      // Another page view asked: this one is to be counted, and asks behind it.
      answer!.page_view = null;
      return answer;
    }
  } catch {}
  return undefined;
};
