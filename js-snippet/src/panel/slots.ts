// What each slot shows, and why.
import { loud } from "./checks";
import type { Outline } from "./outline";
import { tree } from "./rule";
import type { Place, Scene } from "./scene";
import { type Child, h, type Piece } from "./view";
import { shown, type Warning } from "./warnings";
import { isWord, label } from "./words";

const details = (title: string, key: string, ...inner: Child[]): Piece =>
  h("details", { key }, h("summary", {}, title), ...inner);

const row = (name: string, value: Child): Child => value && h("div", {}, h("dt", {}, name), h("dd", {}, value));

const whole = ({ story }: Place, { say, language }: Scene): Child => {
  const lines = story?.whole[language] || [];
  return lines.length > 0 &&
    details(say("whole"), "whole", h("ol", {}, lines.map((text) => h("li", {}, text))));
};

const developer = (place: Place, { say, times }: Scene): Child => {
  const { decision, story, live, shadow } = place;
  const at = times.applied[place.name];
  return details(say("developer"), "developer",
    h("dl", { class: "pairs" },
      row(say("selector"), h("code", {}, place.selector)),
      row(say("reserve"), h("code", {}, place.reserve || say("none"))),
      decision?.experience && row("experience", h("code", {}, decision.experience)),
      decision?.variant && row("variant", h("code", {}, decision.variant)),
      decision && row("reason", h("code", {}, decision.reason)),
      decision?.basis && row(say("basis"), h("code", {}, decision.basis)),
    ),
    live && h("p", {}, say("live")),
    shadow && h("p", {}, say("shadow")),
    at !== undefined && h("p", {}, say("filled", { ms: Math.round(at) })),
    story && h("pre", { tabindex: 0, role: "group", "aria-label": say("developer") }, tree(story, say)),
  );
};

const scrollTo = ([element]: Element[]): void => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // On a phone the panel covers the lower half.
  element?.scrollIntoView({ block: innerWidth < 500 ? "start" : "center", behavior: calm ? "auto" : "smooth" });
};

const card = (place: Place, scene: Scene, found: Warning[], outline: Outline): Piece => {
  const { say, language } = scene;
  const { name, story, decision, elements, filled } = place;
  const reason = decision?.reason || story?.reason || "";
  const troubles = found.filter(({ slot }) => slot == name);
  const show = (): void => outline.show(elements, place.label);
  return h("section", {
    key: name, class: "slot", "aria-label": place.label,
    onpointerenter: show, onpointerleave: outline.hide, onfocusin: show, onfocusout: outline.hide,
  },
    h("div", { class: "title" },
      h("h3", {}, place.label), place.label != name && h("code", {}, name),
      elements.length > 1 && h("span", { class: "quiet" }, say("elements", { n: elements.length }))),
    h("p", { class: filled.some(({ state }) => state == "variant") ? "shown variant" : "shown" }, shown(scene, place)),
    h("p", { class: "reason" }, isWord(reason) ? say(reason) : reason),
    label(story?.why, language, "") && h("p", {}, label(story?.why, language, "")),
    troubles.length > 0 &&
    h("ul", { class: "warnings" }, troubles.map(({ text, level }) => h("li", { class: `warning ${level}` }, text))),
    elements.length > 0 &&
    h("button", { class: "plain", "aria-label": `${say("scroll")}: ${place.label}`, onclick: () => scrollTo(elements) },
      say("scroll")),
    whole(place, scene),
    developer(place, scene),
  );
};

export const slots = (scene: Scene, found: Warning[], outline: Outline): Child => {
  const here = (place: Place): number => place.elements.length ? 0 : 1;
  const order = [...scene.places].sort((one, other) => here(one) - here(other));
  if (!scene.answered && !order.length) return h("p", { class: "empty" }, scene.say("no-answer-yet"));
  if (!order.length) return h("p", { class: "empty" }, scene.say("no-slots"));
  return order.map((place) => card(place, scene, loud(found), outline));
};
