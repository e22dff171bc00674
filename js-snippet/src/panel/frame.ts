// The bar, and the panel it opens: what each part is given, and the keys that go through them.
import { checks, loud } from "./checks";
import { type Memory, type Tab, TABS } from "./memory";
import { moments } from "./moments";
import type { Outline } from "./outline";
import type { Scene } from "./scene";
import { slots } from "./slots";
import { asIf, type Change, trial } from "./trial";
import { type Child, h, type Piece } from "./view";
import type { Warning } from "./warnings";
import type { Say } from "./words";

/** What the owner can do with the frame itself. */
export interface Deeds {
  toggle(open: boolean): void;
  select(tab: Tab, focus: boolean): void;
  move(): void;
  translate(): void;
  change: Change;
  reset(): void;
  end(): void;
}

const until = ({ told, language, say, now }: Scene): string => {
  const { expires } = told;
  if (!expires) return "";
  if (expires <= now) return say("ended");
  const today = new Date(expires * 1000).toDateString() == new Date(now * 1000).toDateString();
  const form = new Intl.DateTimeFormat(language == "ja" ? "ja-JP" : "en-GB", {
    hour: "2-digit", minute: "2-digit", ...!today && { month: "short", day: "numeric" },
  });
  return say("ends", { time: form.format(expires * 1000) });
};

const count = (found: Warning[], say: Say): Piece => {
  const grave = loud(found);
  const level = grave.some((one) => one.level == "bad") ? "bad" : grave.length ? "warn" : "";
  return h("span", { class: `count ${level}` },
    h("span", { "aria-hidden": "true" }, grave.length || "✓"),
    h("span", { class: "hidden" }, grave.length == 1 ? say("problem") : grave.length ?
      say("problems", { n: grave.length }) : say("fine")));
};

const bar = (scene: Scene, found: Warning[], { open }: Memory, { toggle }: Deeds): Piece => {
  const { say } = scene;
  return h("button", {
    class: "bar", id: "bar", "aria-expanded": `${!!open}`, "aria-controls": "panel", "aria-keyshortcuts": "Alt+Shift+M",
    title: `${say("open")} (Alt+Shift+M)`, onclick: () => toggle(!open),
  },
    h("span", {}, h("b", {}, say("preview")), h("span", { class: "quiet" },
      [" · ", say("uncounted"), until(scene) && ` · ${until(scene)}`])),
    scene.answered && count(found, say));
};

const head = ({ say, language }: Scene, { left }: Memory, deeds: Deeds): Piece =>
  h("header", {},
    h("h2", {}, say("panel")),
    h("button", { class: "icon", lang: language == "ja" ? "en" : "ja", onclick: deeds.translate }, say("language")),
    h("button", { class: "icon side", "aria-label": say("move"), title: say("move"), onclick: deeds.move },
      h("span", { "aria-hidden": "true" }, left ? "→" : "←")),
    h("button", { class: "icon", "aria-label": say("close"), title: say("close"), onclick: () => deeds.toggle(false) },
      h("span", { "aria-hidden": "true" }, "✕")));

const STEPS: Record<string, (at: number) => number> = {
  ArrowRight: (at) => at + 1, ArrowLeft: (at) => at + TABS.length - 1, Home: () => 0, End: () => TABS.length - 1,
};

const tabs = (scene: Scene, found: Warning[], chosen: Tab, { select }: Deeds): Piece => {
  const go = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    select(TABS[step(TABS.indexOf(chosen)) % TABS.length] as Tab, true);
  };
  return h("div", { role: "tablist", "aria-label": scene.say("panel"), onkeydown: go }, TABS.map((tab) => h("button", {
    key: tab, role: "tab", id: `tab-${tab}`, "aria-selected": `${tab == chosen}`, "aria-controls": "part",
    tabindex: tab == chosen ? 0 : -1, onclick: () => select(tab, false),
  }, scene.say(tab), tab == "checks" && loud(found).length > 0 && count(found, scene.say))));
};

const PARTS: Record<Tab, (scene: Scene, found: Warning[], outline: Outline, deeds: Deeds) => Child> = {
  checks: (scene, found) => checks(scene, found),
  slots: (scene, found, outline) => slots(scene, found, outline),
  try: (scene, _, _outline, { change }) => trial(scene, change),
  times: (scene) => moments(scene),
};

const differs = (scene: Scene, { reset }: Deeds): Child => {
  const text = asIf(scene);
  return text && h("div", { class: "asif", key: "asif" },
    h("p", {}, h("b", {}, scene.say("as-if")), ": ", text),
    h("button", { class: "plain", onclick: reset }, scene.say("reset")));
};

export const frame = (
  scene: Scene, found: Warning[], memory: Memory, status: string, outline: Outline, deeds: Deeds,
): Child => {
  const { say, language } = scene;
  const tab = memory.tab || (loud(found).length ? "checks" : "slots");
  return h("aside", { class: memory.left ? "dock left" : "dock", lang: language, "aria-label": say("panel") },
    h("div", { class: "panel", id: "panel", hidden: !memory.open }, !!memory.open && [
      head(scene, memory, deeds),
      h("p", { class: "lead" }, say("lead")),
      differs(scene, deeds),
      tabs(scene, found, tab, deeds),
      h("div", { role: "tabpanel", id: "part", key: tab, "aria-labelledby": `tab-${tab}`, tabindex: 0 },
        PARTS[tab](scene, found, outline, deeds)),
      h("footer", {},
        h("span", { class: "quiet", role: "status" }, status),
        h("button", { class: "plain", onclick: deeds.end }, say("end"))),
    ]),
    bar(scene, found, memory, deeds));
};
