// When what happened, in milliseconds since the page began.
import type { Entry, Loader, Table } from "./types";

export interface Timeline {
  asked: number | undefined;
  /** When an answer was there to use; undefined while none is. */
  decided: number | undefined;
  /** So long after the page's own question an answer came that was too late. */
  late: number | undefined;
  /** When the first answer had to be there. */
  deadline: number | undefined;
  source: "network" | "device" | "page" | undefined;
  /** By slot, when it was last filled. */
  applied: Record<string, number>;
}

/** The questions that went over the network: an older loader doesn't tell of them. */
const questions = ({ endpoint }: Table): PerformanceResourceTiming[] =>
  performance.getEntriesByName(new URL(`${endpoint}/v1/decide`, document.baseURI).href) as PerformanceResourceTiming[];

const last = (log: Entry[], type: string): Entry | undefined => [...log].reverse().find((entry) => entry[1] == type);

const sourceOf = (log: Entry[], asked: PerformanceResourceTiming[], decided: Entry | undefined): Timeline["source"] => {
  if (!decided) return undefined;
  const answer = decided[2] as { source?: Timeline["source"] } | undefined;
  if (answer?.source) return answer.source;
  const before = log.slice(0, log.indexOf(decided));
  if (before.some(([, type]) => type == "asked") || asked.some(({ responseEnd }) => responseEnd <= decided[0])) return "network";
  return document.querySelector("script[type='application/json'][data-mitate]") ? "page" : "device";
};

export const timeline = (loader: Loader, table: Table): Timeline => {
  const { log } = loader;
  const asked = questions(table);
  const first = log.find(([, type]) => type == "asked")?.[0] ?? asked[0]?.startTime;
  const decided = last(log, "decided");
  const late = log.find(([, type]) => type == "late");
  const applied: Record<string, number> = {};
  for (const [at, type, detail] of log) if (type == "applied") applied[(detail as { slot: string }).slot] = at;
  return {
    asked: last(log, "asked")?.[0] ?? asked[asked.length - 1]?.startTime, decided: decided?.[0], late: late && late[0] - (first || 0),
    deadline: first === undefined ? first : first + table.deadline,
    source: sourceOf(log, asked, decided), applied,
  };
};
