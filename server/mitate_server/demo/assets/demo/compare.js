// Two visitors of one site, side by side: what each sees, and where they part.
import { h, picked } from "./parts.js";
import { words } from "./words.js";

const data = JSON.parse(document.getElementById("data").textContent);
const { language } = data;
const BLANK = { language, consent: "granted" };
const WIDE = 1180; // the width at which a computer's screen is shown, scaled down to its half of this page
const say = (name, ...more) => (typeof words[language][name] === "function" ? words[language][name](...more) : words[language][name]);
const draw = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);

const sides = ["A", "B"].map((letter, number) => ({ letter, token: draw(), chosen: data.chosen[number], told: null }));

function address() {
  const [a, b] = sides.map((side) => side.chosen);
  return new URLSearchParams({ lang: language, a, b });
}

for (const side of sides) {
  side.frame = h("iframe", { title: say("sides", side.letter) });
  side.list = h("div", { class: "told", "aria-live": "polite" });
  const names = data.presets.map((one, index) => [one.id, `${index + 1}. ${one.label[language]}`]);
  const choice = picked(names, side.chosen, { "aria-label": say("sides", side.letter), onchange: (event) => choose(side, event.target.value) });
  side.element = h("section", { class: "side", "aria-label": say("sides", side.letter) },
    h("header", {}, h("b", { "aria-hidden": "true" }, side.letter), choice),
    h("div", { class: "window" }, side.frame),
    side.list);
  side.frame.addEventListener("load", () => arrived(side));
}

let phone = innerWidth < 768;
for (const side of sides) new ResizeObserver(() => fit(side)).observe(side.element);

document.getElementById("sides").append(...sides.map((side) => side.element));
top();
sides.forEach((side) => choose(side, side.chosen));

// Each page is as wide as on the screen it is shown for.
function fit(side) {
  const box = side.frame.parentNode;
  box.classList.toggle("phone", phone);
  box.style.setProperty("--scale", String(phone ? 1 : Math.min(1, box.clientWidth / WIDE)));
}

function toggle(name, value, choices, pick) {
  return h("span", { class: "switch", role: "group", "aria-label": say(name) }, ...choices.map(([id, label]) =>
    h("button", { type: "button", "aria-pressed": String(id === value), onclick: () => pick(id) }, label)));
}

function top() {
  document.getElementById("top").replaceChildren(
    h("a", { class: "wordmark", href: `/?lang=${language}` }, h("img", { src: "/demo/assets/mitate.svg", alt: "", width: 24, height: 24 }), "mitate"),
    toggle("widths", phone ? "phone" : "desktop", [["desktop", say("desktop")], ["phone", say("phone")]], (value) => { phone = value === "phone"; sides.forEach(fit); top(); }),
    h("a", { href: `/demo/${data.site}?${new URLSearchParams({ lang: language, preset: sides[0].chosen })}` }, say("back")),
    h("span", { class: "switch" }, ...[["ja", "JA"], ["en", "EN"]].map(([id, name]) => {
      const query = address();
      query.set("lang", id);
      return h("a", { href: `?${query}`, lang: id, hreflang: id, class: "always", ...(id === language ? { "aria-current": "page" } : {}) }, name);
    })));
}

async function choose(side, id) {
  side.chosen = id;
  const { visitor } = data.presets.find((one) => one.id === id);
  // Both are read in the language of this page, whatever they speak.
  const body = { site: data.site, visitor: { ...BLANK, ...visitor, language }, afresh: true };
  await fetch(`/demo/s/${side.token}/visitor`, { method: "PUT", body: JSON.stringify(body) });
  history.replaceState(null, "", `?${address()}`);
  top();
  const page = side.frame.contentWindow?.mitate;
  if (page) page.refresh();
  else side.frame.src = `/${data.site}/?${new URLSearchParams({ visitor: side.token, lang: language })}`;
}

function arrived(side) {
  const page = side.frame.contentDocument;
  if (!page?.body || !side.frame.src) return;
  const question = page.querySelector("[data-consent-ask]");
  if (question) question.remove(); // two pages share one cookie, so neither may ask here
  for (const happening of ["mitate:decided", "mitate:error"]) page.addEventListener(happening, () => setTimeout(() => learn(side)));
  const view = side.frame.contentWindow;
  page.addEventListener("mitate:late", () => view.mitate.refresh());
  if (view.mitate && !Object.keys(view.mitate.decisions).length) view.mitate.refresh();
  // Both are read at the same place.
  view.addEventListener("scroll", () => {
    const other = sides.find((one) => one !== side).frame.contentWindow;
    if (side.element.matches(":hover, :focus-within") && other?.document.body) other.scrollTo({ top: view.scrollY, behavior: "instant" });
  }, { passive: true });
  learn(side);
}

async function learn(side) {
  const answer = await fetch(`/demo/s/${side.token}/visitor?site=${data.site}`);
  if (!answer.ok) return;
  side.told = await answer.json();
  sides.forEach(paint);
}

function paint(side) {
  const other = sides.find((one) => one !== side);
  side.list.replaceChildren(...(side.told?.slots ?? []).map((one) => {
    const twin = other.told?.slots.find((slot) => slot.slot === one.slot);
    const differs = twin && (twin.experience ?? "") + (twin.variant ?? "") !== (one.experience ?? "") + (one.variant ?? "");
    return h("article", { class: differs ? "differs" : "" },
      h("p", { class: "row" }, h("b", {}, one.shows ?? say("default")), h("span", {}, one.label, twin ? ` · ${say(differs ? "differs" : "same")}` : "")),
      h("p", {}, one.why));
  }));
}
