// An answer that came too late for its page serves the next ask: of this page from memory, of the next page from
// sessionStorage, if the visitor allows it; at the same address, for the same visitor and consent, and for five minutes.
import type { Answer } from "./types";
import { who } from "./visitor";

const LIFE = 3e5;

let kept: string | undefined;

const key = (): string => JSON.stringify({ ...who(), page_view: location.href });

/** Throws where there is no storage, after keeping what memory can. */
export const keep = (answer: Answer): void => {
  kept = JSON.stringify([key(), Date.now() + LIFE, answer]);
  if (answer.purposes.includes("personalization")) sessionStorage.mitate = kept;
};

/** The kept answer, once. Nothing kept, or no storage, is nothing to take. */
export const take = (): Answer | undefined => {
  try {
    const [of, until, answer] = JSON.parse(kept || sessionStorage.mitate) as [string, number, Answer];
    kept = "";
    delete sessionStorage.mitate;
    if (of == key() && Date.now() < until) return answer;
  } catch {}
  return undefined;
};
