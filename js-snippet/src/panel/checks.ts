// The part that complains.
import type { Scene } from "./scene";
import { type Child, h, type Piece } from "./view";
import type { Warning } from "./warnings";

const item = ({ level, slot, text }: Warning, { places, say }: Scene): Piece => {
  const place = places.find(({ name }) => name == slot);
  return h("li", { class: `warning ${level}` }, h("strong", {}, slot ? place?.label || slot : say("whole-page")), " ", text);
};

const listed = (found: Warning[], scene: Scene): Child =>
  found.length > 0 && h("ul", { class: "warnings" }, found.map((one) => item(one, scene)));

export const loud = (found: Warning[]): Warning[] => found.filter(({ level }) => level != "note");

export const checks = (scene: Scene, found: Warning[]): Child => {
  const { say } = scene;
  const [grave, notes] = [loud(found), found.filter(({ level }) => level == "note")];
  return [
    grave.length > 0 ?
      h("h3", {}, say(grave.length == 1 ? "problem" : "problems", { n: grave.length })) :
      scene.answered ?
        h("div", { class: "fine" }, h("h3", {}, say("fine")), h("p", {}, say("fine-more"))) :
        h("p", { class: "empty" }, say("no-answer-yet")),
    listed(grave, scene),
    notes.length > 0 && [h("h3", { key: "notes" }, say("notes")), listed(notes, scene)],
  ];
};
