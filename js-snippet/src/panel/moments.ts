// When what happened, and what is still waited for.
import { factLabel, factsOf, sentence } from "./rule";
import { experienceLabel, type Scene } from "./scene";
import type { Entry, Fault, Residual } from "./types";
import { type Child, h, type Piece } from "./view";
import { isWord } from "./words";

const row = (name: string, value: Child): Piece => h("div", {}, h("dt", {}, name), h("dd", {}, value));

const ms = (value: number): number => Math.round(value);

const answered = ({ say, times }: Scene): string => {
  const { asked, decided, late, deadline, source } = times;
  if (decided === undefined && late !== undefined) return say("came-late", { ms: ms(late) });
  if (decided === undefined) return say("from-nowhere");
  return source == "network" && asked !== undefined && deadline !== undefined ?
    say("after", { ms: ms(decided - asked) }) : say("at", { ms: ms(decided) });
};

const nameOf = (word: string, otherwise: string, { say }: Scene): string => isWord(word) ? say(word) : otherwise;

const figures = (scene: Scene): Piece => {
  const { say, times, told, table, loader } = scene;
  const { asked, source } = times;
  const purposes = loader.answer?.purposes || [];
  return h("dl", { class: "pairs" },
    row(say("source"), say(source ? `from-${source}` : "from-nowhere")),
    asked !== undefined && row(say("asked"), say("at", { ms: ms(asked) })),
    row(say("answered"), answered(scene)),
    row(say("deadline"), say("within", { ms: table.deadline })),
    told.took !== undefined && row(say("preview-took"), say("within", { ms: told.took })),
    purposes.length > 0 && row(say("purposes"), purposes.map((name) => nameOf(`purpose-${name}`, name, scene)).join(", ")),
    row(say("version"), h("code", {}, told.version || loader.answer?.version || "")),
    row(say("table"), h("code", {}, table.hash)),
  );
};

const names = (decisions: Residual["decisions"], scene: Scene): string =>
  [...new Set(Object.values(decisions).map(({ experience }) => experienceLabel(scene, experience)))].join(", ");

const waits = (scene: Scene): Child => {
  const { say, loader } = scene;
  const residuals = loader.answer?.residuals || [];
  if (!residuals.length) return h("p", { class: "empty" }, say("no-waits"));
  return h("ul", {}, residuals.map(({ when, decisions }) =>
    h("li", {}, h("strong", {}, names(decisions, scene)), " ", say("waits-for", { rule: sentence(when, say) }))));
};

const worth = (value: unknown, { say }: Scene): string =>
  typeof value == "boolean" ? say(value ? "yes" : "no") : typeof value == "number" ? `${ms(value)}` : "–";

const facts = (scene: Scene): Child => {
  const { say, loader } = scene;
  const { read } = loader;
  const wanted = [...new Set((loader.answer?.residuals || []).flatMap(({ when }) => factsOf(when)))];
  return !!read && wanted.length > 0 && [
    h("h3", { key: "facts" }, say("facts")),
    h("dl", { class: "pairs", key: "values" }, wanted.map((name) => row(factLabel(name, say), worth(read(name), scene)))),
  ];
};

const about = ([, type, detail]: Entry): string => {
  const found = (detail || {}) as Fault & { type?: string; name?: string };
  const parts = type == "event" ? [found.type, found.name] : type == "error" ? [found.code, found.slot] : [found.slot];
  return parts.filter((part) => typeof part == "string").join(" ");
};

const MOST = 60;

const log = (scene: Scene): Child => {
  const entries = scene.loader.log.slice(-MOST);
  return h("ol", { class: "log" }, entries.map((entry) =>
    h("li", {}, h("span", { class: "ms" }, ms(entry[0])), " ", nameOf(`event-${entry[1]}`, entry[1], scene), " ",
      h("code", {}, about(entry)))));
};

export const moments = (scene: Scene): Child => {
  const { say } = scene;
  return [
    figures(scene),
    h("h3", { key: "waits" }, say("waits")), waits(scene), facts(scene),
    h("h3", { key: "log" }, say("happened")), h("p", { class: "quiet" }, say("since")), log(scene),
  ];
};
