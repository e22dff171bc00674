// Being somebody else, at another time: each change asks again, and the page follows.
import type { Scene } from "./scene";
import type { Audience, Experience, Wish } from "./types";
import { type Child, h, type Piece } from "./view";
import { EXAMPLES, isWord, label } from "./words";

/** Change what is asked for; what is undefined is asked no more. */
export type Change = (part: Partial<Record<keyof Wish, unknown>>) => void;

/** What of a wish the owner chose here, beside the link's own. */
export const WISHES = ["visitor", "at", "consent", "audiences", "variants", "facts"] as const;

const without = <T>(map: Record<string, T> | undefined, name: string, value: T | undefined): Record<string, T> | undefined => {
  const rest = { ...map };
  delete rest[name];
  if (value !== undefined) rest[name] = value;
  return Object.keys(rest).length ? rest : undefined;
};

interface Choice<T> {
  value: T;
  text: string;
}

/** A row of radio buttons; the arrow keys go from one to the next. */
const choose = <T>(
  name: string, legend: Child, choices: Choice<T>[], chosen: T, use: (value: T) => void, hint?: string,
): Piece =>
  h("fieldset", { key: name },
    h("legend", {}, legend, hint && h("span", { class: "quiet" }, hint)),
    h("div", { class: "choices" }, choices.map(({ value, text }, at) =>
      h("label", { key: at },
        h("input", { type: "radio", name, checked: value === chosen, onchange: () => use(value) }),
        h("span", {}, text)))));

const visitor = ({ say, language, told, wish }: Scene, change: Change): Piece => {
  const submit = (event: Event): void => {
    event.preventDefault();
    const { value } = (event.currentTarget as HTMLFormElement).elements.namedItem("visitor") as HTMLInputElement;
    // Nothing is the page's own visitor, whomever the link describes.
    change({ visitor: value.trim() });
  };
  return h("form", { key: "visitor", onsubmit: submit },
    h("label", { for: "visitor" }, say("visitor")),
    h("div", { class: "line" },
      h("input", {
        id: "visitor", name: "visitor", type: "text", autocomplete: "off", "aria-describedby": "visitor-hint",
        value: wish.visitor ?? told.visitor ?? "",
      }),
      h("button", { type: "submit", class: "plain" }, say("show"))),
    h("p", { id: "visitor-hint", class: "quiet" }, say("visitor-hint")),
    h("div", { class: "examples", role: "group", "aria-label": say("examples") }, EXAMPLES[language].map((words) =>
      h("button", { type: "button", class: "chip", onclick: () => change({ visitor: words }) }, words))));
};

const localTime = (seconds: number, timeZone: string | undefined): string =>
  // Swedes write their dates as this field does.
  new Intl.DateTimeFormat("sv-SE", {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", ...timeZone && { timeZone },
  }).format(seconds * 1000).replace(" ", "T");

const time = ({ say, told, wish }: Scene, change: Change): Piece => {
  const zone = told.timezone;
  const use = (event: Event): void => {
    const { value } = event.currentTarget as HTMLInputElement;
    if (value) change({ at: value });
  };
  return h("div", { key: "time", class: "field" },
    h("label", { for: "at" }, say("when")),
    h("div", { class: "line" },
      h("input", {
        id: "at", type: "datetime-local", "aria-describedby": "at-hint", onchange: use,
        value: wish.at || localTime(told.now || Date.now() / 1000, zone),
      }),
      h("button", { class: "plain", onclick: () => change({ at: "" }) }, say("now"))),
    h("p", { id: "at-hint", class: "quiet" }, zone ? say("when-hint", { zone }) : say("when-hint-plain")));
};

const consent = ({ say, wish }: Scene, change: Change): Piece =>
  choose<boolean | undefined>("consent", say("consent"), [
    { value: undefined, text: say("as-decided") }, { value: true, text: say("given") }, { value: false, text: say("not-given") },
  ], wish.consent, (value) => change({ consent: value }));

const audience = ({ name, label: labels, holds }: Audience, scene: Scene, change: Change): Piece => {
  const { say, language, wish } = scene;
  const now = say(holds === true ? "now-holds" : holds === false ? "now-fails" : "now-unknown");
  return choose<boolean | undefined>(`audience ${name}`, label(labels, language, name), [
    { value: undefined, text: say("as-decided") }, { value: true, text: say("holds") }, { value: false, text: say("fails") },
  ], wish.audiences?.[name],
  (value) => change({ audiences: without(wish.audiences, name, value) }), now);
};

/** The variant that this preview shows whoever comes: chosen here, else by the link. */
const chosenOf = ({ id, forced }: Experience, { variants = {} }: Wish): string => {
  const own = variants[id];
  return (own === undefined ? forced : own) || "";
};

const statusOf = ({ status, ending, schedule }: Experience, { say }: Scene): string => [
  status == "paused" ? say("is-paused") : status == "draft" ? say("is-draft") : ending && isWord(ending) ? say(ending) : "",
  schedule,
].filter(Boolean).join(" · ");

const experience = (one: Experience, scene: Scene, change: Change, at: number): Piece => {
  const { say, language, wish } = scene;
  const { id, variants, forced } = one;
  const chosen = chosenOf(one, wish);
  const use = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    // Null takes back what the link chose.
    change({ variants: without(wish.variants, id, value || (forced || wish.variants?.[id] === null ? null : undefined)) });
  };
  return h("div", { key: id, class: "field" },
    h("label", { for: `experience-${at}` }, label(one.label, language, id)),
    h("p", { id: `experience-${at}-status`, class: "quiet" }, statusOf(one, scene)),
    h("select", { id: `experience-${at}`, "aria-describedby": `experience-${at}-status`, onchange: use },
      [{ id: "", label: say("as-decided") }, ...variants].map((variant) =>
        h("option", { key: variant.id, value: variant.id, selected: variant.id == chosen },
          label(variant.label, language, variant.id)))));
};

/** Say what the page is shown as if, in a few words; empty when it is shown as it is. */
export const asIf = ({ say, wish, language, told }: Scene): string => [
  wish.visitor ?? told.visitor, wish.at?.replace("T", " "),
  wish.consent !== undefined && `${say("consent")}: ${say(wish.consent ? "given" : "not-given")}`,
  ...(told.audiences || []).map(({ name, label: labels }) => {
    const holds = wish.audiences?.[name];
    return holds !== undefined && `${label(labels, language, name)}: ${say(holds ? "holds" : "fails")}`;
  }),
  ...(told.experiences || []).map((one) => {
    const chosen = chosenOf(one, wish);
    return chosen && `${label(one.label, language, one.id)}: ` +
      label(one.variants.find(({ id }) => id == chosen)?.label, language, chosen);
  }),
].filter(Boolean).join(" · ");

export const trial = (scene: Scene, change: Change): Child => {
  const { say, told } = scene;
  const { audiences = [], experiences = [] } = told;
  const problems = (told.problems || []).map((text) => label(text, scene.language, ""));
  return [
    h("div", { key: "problems", role: "alert", class: "alert" },
      problems.map((text) => h("p", { class: "warning bad" }, text))),
    visitor(scene, change), time(scene, change), consent(scene, change),
    h("h3", { key: "audiences" }, say("audiences")),
    audiences.length ? audiences.map((one) => audience(one, scene, change)) :
      h("p", { key: "none", class: "empty" }, say("no-audiences")),
    h("h3", { key: "experiences" }, say("experiences")),
    experiences.length ? experiences.map((one, at) => experience(one, scene, change, at)) :
      h("p", { key: "nothing", class: "empty" }, say("no-experiences")),
  ];
};
