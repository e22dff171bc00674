// What silently went wrong, said aloud: a table of questions to the scene, each with the sentences it gives rise to.
import type { Refusal } from "./refusals";
import { experienceLabel, hasContent, type Place, type Scene, variantLabel } from "./scene";
import type { Entry, Experience, Fault, Reply } from "./types";
import { label, type Word } from "./words";

export interface Warning {
  /** "bad": visitors miss something; "note": may well be meant. */
  level: "bad" | "warn" | "note";
  text: string;
  /** Absent for the whole page. */
  slot?: string;
}

type Check = (scene: Scene) => (Warning | false | undefined)[];
type SlotCheck = (place: Place, scene: Scene) => Omit<Warning, "slot"> | false | undefined;

const whatOf = (scene: Scene, { decision }: Place): string =>
  decision?.experience ? experienceLabel(scene, decision.experience) : "";

const rounded = (ms: number): number => Math.max(1, Math.round(ms));

// -- slots ---------------------------------------------------------------------------------------

const missing: SlotCheck = (place, scene) =>
  !place.elements.length && !place.broken && hasContent(place.decision) &&
  { level: "bad", text: scene.say("w-missing", { selector: place.selector, what: whatOf(scene, place) }) };

const broken: SlotCheck = ({ broken, selector }, { say }) =>
  broken && { level: "bad", text: say("w-selector", { selector }) };

const seenOf = (element: Element): boolean => [...element.getClientRects()].some(({ width, height }) => width * height > 0);

// A shadow host or an element with display: contents has no box of its own, and shows its children's.
const takesRoom = (element: Element): boolean => seenOf(element) || [...element.children].some(takesRoom);

const unseen: SlotCheck = ({ filled }, { say }) =>
  filled.some(({ state, element, decision }) => state == "variant" && decision?.json == null && !takesRoom(element)) &&
  { level: "bad", text: say("w-unseen") };

const kept: SlotCheck = ({ filled, name }, { say, times, loader }) => {
  const left = filled.find(({ state, decision }) => state == "default" && hasContent(decision));
  if (!left || faults(loader.log).some(([, , fault]) => fault.slot == name)) return undefined;
  const by = (times.applied[name] || 0) - (times.decided || 0);
  return { level: "bad", text: by > 1 ? say("w-slow-element", { ms: rounded(by) }) : say("w-not-swapped") };
};

interface Skips {
  skipped?: [operation: number, why: string][];
}

// What ops.js left out stands on the function that would undo the rest.
const skipped: SlotCheck = ({ filled }, { say }) => {
  for (const { undo, decision } of filled) {
    const [at, why] = (undo as Skips | undefined)?.skipped?.[0] || [];
    if (at === undefined) continue;
    const what = JSON.stringify((decision as { operations?: unknown[] } | undefined)?.operations?.[at] || at);
    return { level: "warn", text: say(why == "focus" ? "w-skipped-focus" : "w-skipped", { what }) };
  }
  return undefined;
};

const undone: SlotCheck = ({ decision, elements, filled }, { say, loader }) =>
  !!decision && !!(decision.operations || decision.order || decision.attributes) && elements.length > 0 &&
  !filled.length && !loader.ops && { level: "bad", text: say("w-ops") };

const unreserved: SlotCheck = ({ reserve, live, elements }, { say }) => {
  const height = Math.round(elements[0]?.getBoundingClientRect().height || 0);
  return !reserve && !live && height > 0 && { level: "warn", text: say("w-reserve", { height }) };
};

const SLOTS: SlotCheck[] = [missing, broken, unseen, kept, skipped, undone, unreserved];

const slots: Check = (scene) => scene.places.flatMap((place) => SLOTS.map((check) => {
  const found = check(place, scene);
  return found && { ...found, slot: place.name };
}));

const elsewhere: Check = ({ places, say }) => {
  const names = places.filter(({ elements, decision, broken }) => !elements.length && !broken && !hasContent(decision));
  return [names.length > 0 &&
    { level: "note", text: say("w-elsewhere", { slots: names.map((place) => place.label).join(", ") }) }];
};

// -- experiences ---------------------------------------------------------------------------------

const stopped = (one: Experience, { say, language }: Scene): string | false => {
  const values = { label: label(one.label, language, one.id), schedule: one.schedule ? ` (${one.schedule})` : "" };
  if (one.status == "paused") return say("w-paused", values);
  if (one.status == "draft") return say("w-draft", values);
  return one.ending == "DISABLED" && say("w-schedule", values);
};

const experiences: Check = (scene) => (scene.told.experiences || []).map((one) => {
  const text = stopped(one, scene);
  return text ? { level: "warn", text, ...one.slots.length == 1 && { slot: one.slots[0] as string } } : undefined;
});

const consent: Check = ({ told, say, language }) => {
  const waiting = (told.experiences || []).filter(({ ending }) => ending == "CONSENT");
  const labels = waiting.map((one) => language == "ja" ? `「${label(one.label, language, one.id)}」` :
    `"${label(one.label, language, one.id)}"`).join(language == "ja" ? "" : ", ");
  return [waiting.length > 0 && { level: "warn", text: say("w-consent", { labels }) }];
};

// -- link, tag, answer ---------------------------------------------------------------------------

const link: Check = ({ told, say, now, language }) => [
  !!told.problem && { level: "bad", text: label(told.problem, language, "") },
  !!told.expires && told.expires <= now && { level: "bad", text: say("w-ended") },
  ...(told.problems || []).map((text) => ({ level: "bad" as const, text: label(text, language, "") })),
];

/** Count the tags: a loader with its table. A second one finds the first, and does nothing. */
const tags = (): number =>
  [...document.scripts].filter(({ text }) => text.includes("mitate_preview") && text.includes('"endpoint":')).length;

const tag: Check = ({ loader, say }) => [
  tags() > 1 && { level: "warn", text: say("w-twice") },
  (!!loader.answer?.table || faults(loader.log).some(([, , { code }]) => code == "old-table")) &&
  { level: "bad", text: say("w-old-table") },
];

const late: Check = ({ loader, times, say, table: { deadline } }) => {
  const entry = loader.log.find(([, type]) => type == "late");
  const by = entry && times.deadline !== undefined ? entry[0] - times.deadline : 0;
  if (!(by > 0)) return [];
  // What the answer to a visitor would not have taken is no reason to worry.
  const took = (entry?.[2] as Reply | undefined)?.preview?.took || 0;
  return [by > took ? { level: "bad", text: say("w-late", { by: rounded(by - took), deadline }) } :
    { level: "note", text: say("w-late-preview", { by: rounded(by), took: rounded(took), deadline }) }];
};

// -- errors --------------------------------------------------------------------------------------

const FAULTS: Record<string, [word: Word, level: Warning["level"]]> = {
  "refused": ["w-refused", "bad"],
  "status": ["w-status", "bad"],
  "not-json": ["w-not-json", "bad"],
  "no-answer": ["w-no-answer", "bad"],
  "policy": ["w-policy", "bad"],
  "content": ["w-content", "bad"],
  "fight": ["w-fight", "bad"],
  "ops": ["w-ops", "bad"],
  "twice": ["w-twice", "warn"],
  "storage": ["w-storage", "note"],
};

/** Faults of asking and filling, which a later answer makes good. */
const PASSING = ["refused", "status", "not-json", "no-answer", "content"];

/** What came of asking, where the loader only knows that nothing good did. */
const askCode = ({ response }: Fault): string => !response ? "refused" : !response.ok ? "status" :
  /json/.test(response.headers.get("content-type") || "") ? "no-answer" : "not-json";

const read = (detail: unknown): Fault => {
  const found = (detail instanceof Error ? { error: detail } : detail || {}) as Fault;
  return found.code == "ask" ? { ...found, code: askCode(found) } : found;
};

const faults = (log: Entry[]): [at: number, type: string, detail: Fault][] =>
  log.filter(([, type]) => type == "error").map(([at, type, detail]) => [at, type, read(detail)]);

const inBrackets = (error: unknown, { language }: Scene): string => {
  const text = error === undefined ? "" : error instanceof Error ? error.message : `${error}`;
  return text && (language == "ja" ? `(${text})` : ` (${text})`);
};

const fault = (detail: Fault, scene: Scene): Warning => {
  const [word, level] = FAULTS[detail.code || ""] || ["w-other" as Word, "warn" as const];
  const place = scene.places.find(({ name }) => name == detail.slot);
  return {
    level, ...detail.slot && { slot: detail.slot },
    text: scene.say(word, {
      endpoint: scene.table.endpoint || location.origin,
      status: detail.response ? ` ${detail.response.status}` : "",
      what: place ? whatOf(scene, place) : detail.slot || "",
      error: inBrackets(detail.error, scene),
    }),
  };
};

const errors: Check = (scene) => faults(scene.loader.log)
  .filter(([at, , { code }]) => code != "old-table" && !(PASSING.includes(code || "") && at < (scene.times.decided || 0)))
  .map(([, , detail]) => fault(detail, scene));

// -- the page's policy ---------------------------------------------------------------------------

// The endpoint may be the page's own origin.
const FILES = /^(v1\/|(mitate|ops|shadow|forward|element|panel)\b[^/]*\.js)/;

const isOurs = ({ blocked, source, element, sample }: Refusal, { loader, table, places }: Scene): boolean => {
  const endpoint = new URL(`${table.endpoint}/`, document.baseURI).href;
  if ([blocked, source].some((url) => url.startsWith(endpoint) && FILES.test(url.slice(endpoint.length)))) return true;
  if (/^trusted-types/.test(blocked) && /mitate/.test(sample)) return true;
  if (element && places.some(({ elements }) => elements.some((one) => one.contains(element)))) return true;
  return !!blocked && /^https?:/.test(blocked) && JSON.stringify(loader.answer?.decisions || {}).includes(blocked);
};

const toAdd = ({ blocked, directive }: Refusal): string =>
  /^trusted-types/.test(directive) ? "mitate" : /^https?:/.test(blocked) ? new URL(blocked).origin : `'${blocked}'`;

const policies: Check = (scene) => {
  const { say, refusals } = scene;
  const ours = refusals.filter((one) => isOurs(one, scene));
  const others = [...new Set(refusals.filter((one) => !ours.includes(one)).map(({ directive }) => directive))];
  return [
    ...ours.map((one): Warning => ({
      level: "bad",
      text: /^style-src/.test(one.directive) && one.blocked == "inline" ? say("w-csp-style", { directive: one.directive }) :
        say("w-csp", { directive: one.directive, blocked: one.blocked, add: toAdd(one) }),
    })),
    others.length > 0 &&
    { level: "note", text: say("w-csp-page", { n: refusals.length - ours.length, directives: others.join(", ") }) },
  ];
};

const CHECKS: Check[] = [link, tag, late, errors, policies, slots, experiences, consent, elsewhere];

const ORDER: Warning["level"][] = ["bad", "warn", "note"];

/** Say everything there is to say, the worst first, each once. */
export const warnings = (scene: Scene): Warning[] => {
  const all = CHECKS.flatMap((check) => check(scene)).filter((one): one is Warning => !!one);
  const once = new Map(all.map((one) => [`${one.slot} ${one.text}`, one]));
  return [...once.values()].sort((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level));
};

/** What a slot shows, in words. */
export const shown = (scene: Scene, place: Place): string => {
  const { decision, filled, elements } = place;
  if (!elements.length) return scene.say("elsewhere");
  const variant = filled.find(({ state }) => state == "variant")?.decision;
  if (!variant || !decision) return scene.say("own");
  const names = [experienceLabel(scene, variant.experience), variantLabel(scene, variant)];
  return names.filter((name, at) => name && names.indexOf(name) == at).join(" / ");
};
