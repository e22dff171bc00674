// The visitor bar: says who visits, asks the page to choose again, and shows why it chose.
import { field, h, picked, svg } from "./parts.js";
import { COUNTRIES, NETWORKS, words } from "./words.js";

const data = JSON.parse(document.getElementById("data").textContent);
const frame = document.getElementById("site");
const bar = document.getElementById("bar");
const why = document.getElementById("why");
const html = document.documentElement;

const kept = (name, value) => {
  try {
    if (value !== undefined) sessionStorage.setItem(name, value);
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
};
const draw = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);

const token = kept("mitate-demo") ?? kept("mitate-demo", draw()) ?? draw();
const at = `/demo/s/${token}`;
let language = data.language;
let reader = data.language; // what a preset that names no language is read in
let visitor = {};
let told = { slots: [], interests: [], problems: [] };
let preset = null;
let theme = kept("mitate-theme") || "";
let phone = false;
let open = null; // { slot, tab }
let changed = new Set();
let before = null;
let search = null;
let chosenInside = false; // the page itself was told of a choice of consent, and remembers it while it lives
const shut = new Set(["place", "past", "source", "company", "trust"]);

const say = (name, ...more) => {
  const word = words[language][name];
  return typeof word === "function" ? word(...more) : (word ?? name);
};

// -- asking the server --------------------------------------------------------------------------

let putting = Promise.resolve();
let latest = 0;

function change(more, { afresh = false, chosen = null } = {}) {
  visitor = { ...visitor, ...more };
  preset = chosen;
  const mine = ++latest;
  paint();
  putting = putting.then(async () => {
    if (mine !== latest) return; // a later position of the same slider says it all
    await fetch(`${at}/visitor`, { method: "PUT", body: JSON.stringify({ site: data.site, visitor, afresh }) });
    ask();
  });
  return putting;
}

function ask() {
  const page = frame.contentWindow?.mitate;
  tell(visitor.consent);
  if (page && chosenInside && visitor.consent === "unset") frame.contentWindow.location.reload();
  else if (page) page.refresh();
  else learn();
}

// The imagined visitor's choice of consent stands where a real one's would: in the page's own cookie.
function tell(consent) {
  const digits = { granted: "11", denied: "00" }[consent];
  document.cookie = `mitate_consent=${digits ?? ""};path=/;max-age=${digits ? 31536e3 : 0};SameSite=Lax`;
  dress();
}

async function learn() {
  const answer = await fetch(`${at}/visitor?site=${data.site}`);
  if (!answer.ok) return;
  told = await answer.json();
  const consent = told.visitor.consent ?? BLANK.consent;
  chosenInside ||= consent !== visitor.consent;
  visitor = { ...visitor, consent };
  const now = Object.fromEntries(told.slots.map((one) => [one.slot, `${one.experience ?? ""}/${one.variant ?? ""}`]));
  changed = new Set(before ? Object.keys(now).filter((slot) => now[slot] !== before[slot]) : []);
  before = now;
  search = null;
  paint();
  lay();
}

function choose(one) {
  const next = { ...BLANK, language: reader, ...one.visitor };
  change(next, { afresh: true, chosen: one.id });
  speak(next.language);
}

const BLANK = { language: "ja", country: "JP", ip: null, zone: "Asia/Tokyo", time: null, travel: 0, device: "desktop", visits: 1, away: 0, views: {}, purchase: null, campaign: {}, referrer: null, link: null, user: {}, consent: "granted", gpc: false, group: "auto", server: "up" };

// -- the page in the frame ----------------------------------------------------------------------

function inside() {
  try {
    return frame.contentDocument;
  } catch {
    return null;
  }
}

function dress() {
  const page = inside();
  if (!page?.documentElement) return;
  for (const root of [html, page.documentElement]) {
    root.classList.remove("light", "dark");
    if (theme) root.classList.add(theme);
    root.lang = language;
  }
  // A browser that sends GPC has answered already; a real page hears it from navigator.globalPrivacyControl.
  page.documentElement.classList.toggle("gpc", Boolean(visitor.gpc));
  const address = new URL(page.location.href);
  if (address.searchParams.has("visitor") && address.searchParams.get("lang") !== language) {
    address.searchParams.set("lang", language);
    frame.contentWindow.history.replaceState(null, "", address);
  }
}

function speak(next) {
  language = next;
  dress();
  paint();
  lay();
}

frame.addEventListener("load", () => {
  const page = inside();
  if (!page?.body) return;
  const link = page.createElement("link");
  link.rel = "stylesheet";
  link.href = "/demo/assets/overlay.css";
  page.head.append(link);
  link.addEventListener("load", lay);
  before = null;
  chosenInside = false;
  // The site's own language switch is heard too.
  if (page.documentElement.lang !== language && page.location.search.includes("lang=") && frame.dataset.loaded) {
    language = reader = page.documentElement.lang;
    visitor = { ...visitor, language };
    fetch(`${at}/visitor`, { method: "PUT", body: JSON.stringify({ site: data.site, visitor }) });
  }
  frame.dataset.loaded = "yes";
  dress();
  for (const happening of ["mitate:decided", "mitate:error"]) page.addEventListener(happening, () => setTimeout(learn));
  // A first answer may come after the page has stopped waiting; in a demonstration it is shown all the same.
  const loaded = frame.contentWindow.mitate;
  const again = () => visitor.server === "up" && loaded?.refresh();
  page.addEventListener("mitate:late", again);
  if (page.querySelector("[data-mitate-state]") && loaded && !Object.keys(loaded.decisions).length) again();
  new ResizeObserver(lay).observe(page.body);
  learn();
});

// Rings around what changed, and a chip on every slot that the page has.
function lay() {
  const page = inside();
  if (!page?.body) return;
  const sheet = page.getElementById("mitate-demo") ?? page.createElement("aside");
  sheet.id = "mitate-demo";
  sheet.setAttribute("aria-label", say("chips"));
  sheet.replaceChildren();
  for (const one of told.slots) {
    const slot = page.querySelector(`[data-mitate="${one.slot}"]`);
    if (!slot || !(one.variant || changed.has(one.slot))) continue;
    const box = slot.getBoundingClientRect();
    const top = box.top + frame.contentWindow.scrollY;
    if (changed.has(one.slot)) {
      const ring = page.createElement("i");
      place(ring, { left: Math.max(3, box.left - 14), top: Math.max(2, top - 6), width: Math.min(box.width + 28, page.documentElement.clientWidth - 6), height: box.height + 4 });
      sheet.append(ring);
    }
    const chip = page.createElement("button");
    chip.type = "button";
    chip.textContent = say("why");
    chip.setAttribute("aria-label", `${say("why")} ${one.label}`);
    chip.addEventListener("click", () => show(one.slot));
    place(chip, { right: Math.max(8, page.documentElement.clientWidth - box.right), top: Math.max(4, box.height < 60 ? top + box.height / 2 - 15 : top - 20) });
    sheet.append(chip);
  }
  if (!sheet.parentNode) page.body.append(sheet);
}

function place(element, places) {
  for (const [name, value] of Object.entries(places)) element.style.setProperty(name, `${Math.round(value)}px`);
}

// -- painting -----------------------------------------------------------------------------------

function paint() {
  const active = document.activeElement?.dataset?.key;
  const scrolled = bar.querySelector(".bar-body")?.scrollTop ?? 0;
  const numbered = data.presets.findIndex((one) => one.id === preset) + 1;
  bar.setAttribute("aria-label", say("bar"));
  bar.replaceChildren(
    h("button", { class: "handle", type: "button", "aria-expanded": String(bar.classList.contains("open")), "aria-controls": "bar", "data-key": "handle", onclick: () => { bar.classList.toggle("open"); paint(); } },
      h("span", {}, h("b", {}, preset ? `${numbered}. ${data.presets[numbered - 1].label[language]}` : say("own")), h("small", {}, told.slots.find((one) => one.slot === "hero")?.shows ?? say("default"))),
      h("span", {}, say(bar.classList.contains("open") ? "close" : "open"))),
    h("div", { class: "bar-top" },
      h("a", { class: "wordmark", href: `/?lang=${language}` }, h("img", { src: "/demo/assets/mitate.svg", alt: "", width: 24, height: 24 }), "mitate"),
      toggle("widths", phone ? "phone" : "desktop", [["desktop", say("desktop")], ["phone", say("phone")]], (value) => { phone = value === "phone"; paint(); }),
      toggle("theme", theme || "auto", [["auto", say("auto")], ["light", say("light")], ["dark", say("dark")]], (value) => { theme = value === "auto" ? "" : value; kept("mitate-theme", theme); dress(); paint(); }),
      toggle("language", language, [["ja", "JA"], ["en", "EN"]], (value) => { reader = value; speak(value); change({ language: value }, { chosen: preset }); })),
    h("div", { class: "bar-body" },
      ...told.problems.map((problem) => h("p", { class: "problem", role: "alert" }, problem)),
      h("h2", {}, say("who"), h("span", { class: "switch" }, ...["shoes", "nagare"].map((site) => h("a", { href: `/demo/${site}?lang=${language}`, ...(site === data.site ? { "aria-current": "page" } : {}) }, say(site))))),
      h("div", { class: "presets", role: "group", "aria-label": say("who") }, ...data.presets.map((one, index) =>
        h("button", { type: "button", "data-key": `preset-${one.id}`, "aria-pressed": String(one.id === preset), onclick: () => choose(one) }, h("b", { "aria-hidden": "true" }, String(index + 1)), h("span", {}, one.label[language])))),
      h("p", { class: "beside" }, h("a", { href: beside() }, say("compare"))),
      h("h2", {}, say("time"), h("span", {}, moment())),
      travel(),
      h("h2", {}, say("shown")),
      h("div", { class: "shown" }, ...stories().map(([one, ...same]) =>
        h("button", { type: "button", "data-key": `slot-${one.slot}`, class: `${one.variant ? "variant" : ""} ${changed.has(one.slot) ? "changed" : ""}`, onclick: () => show(one.slot) },
          h("span", { class: "row" }, h("b", {}, one.shows ?? say("default")), h("span", { class: "slot" }, [one, ...same].map((slot) => slot.label).join(language === "ja" ? "・" : ", "))),
          h("p", {}, one.why)))),
      h("h2", {}, say("finer")),
      ...controls(),
      h("p", { class: "foot" }, `${say("version")} ${told.version ?? ""}`))
  );
  const frameBox = document.querySelector(".window");
  frameBox.classList.toggle("phone", phone);
  bar.querySelector(".bar-body").scrollTop = scrolled;
  if (active) document.querySelector(`[data-key="${CSS.escape(active)}"]`)?.focus({ preventScroll: true });
  html.lang = language;
  paintWhy();
}

// The page that shows two of the presets side by side: this one, and the first that is another.
function beside() {
  const a = preset ?? data.presets[0].id;
  const b = data.presets.find((one) => one.id !== a).id;
  return `/demo/${data.site}/compare?${new URLSearchParams({ lang: language, a, b })}`;
}

// Slots of one story are told once.
function stories() {
  const groups = new Map();
  for (const one of told.slots) groups.set(one.why, [...(groups.get(one.why) ?? []), one]);
  return [...groups.values()];
}

function toggle(name, value, choices, pick) {
  return h("div", { class: `switch ${name}`, role: "group", "aria-label": say(name) }, ...choices.map(([id, label]) =>
    h("button", { type: "button", "data-key": `${name}-${id}`, "aria-pressed": String(id === value), onclick: () => pick(id) }, label)));
}

function moment() {
  if (!told.now) return "";
  return new Intl.DateTimeFormat(language, { timeZone: visitor.zone, month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" }).format(told.now * 1000);
}

// The line of an interest as it fades, with the mark it is measured by and the day the visitor stands on.
function travel() {
  const days = visitor.travel ?? 0;
  const one = told.interests.find((interest) => Math.max(...interest.scores) > 0) ?? told.interests[0];
  const move = (to) => change({ travel: Math.min(60, Math.max(0, to)) });
  const parts = [];
  if (one) {
    const width = 340;
    const y = (score) => 62 - score * 0.58;
    const x = (day) => (day / 60) * width;
    const score = one.scores[days];
    const path = one.scores.map((height, day) => `${day ? "L" : "M"}${x(day).toFixed(1)} ${y(height).toFixed(1)}`).join("");
    const ahead = one.scores.findIndex((height, day) => day > days && height < one.needed);
    const lost = one.needed === null || score < one.needed ? 0 : ahead - days;
    parts.push(
      h("p", { class: "says" }, h("span", {}, say("interest", one.label)), h("b", {}, String(score))),
      svg("svg", { viewBox: `0 0 ${width} 68`, role: "img", "aria-label": say("fades", one.label, score, one.needed, lost), preserveAspectRatio: "none" },
        ...(one.needed === null ? [] : [svg("path", { class: "bound", d: `M0 ${y(one.needed)}H${width}` })]),
        svg("path", { class: "line", d: path }),
        svg("path", { class: "here", d: `M${x(days)} ${y(score)}V66` }),
        svg("path", { class: "dot", d: `M${x(days)} ${y(score)}h0` })),
      h("p", { class: "says" }, h("span", {}, one.needed === null ? "" : say("needed", one.needed)), h("span", {}, lost > 0 ? say("lost", lost) : say("sixty"))));
  }
  return h("div", { class: "travel" }, ...parts,
    h("div", { class: "steps" },
      h("button", { type: "button", "data-key": "less", "aria-label": say("dayLess"), onclick: () => move(days - 1) }, "−"),
      h("input", { type: "range", min: 0, max: 60, value: days, "data-key": "travel", "aria-label": say("travel"), oninput: (event) => move(Number(event.target.value)) }),
      h("button", { type: "button", "data-key": "more", "aria-label": say("dayMore"), onclick: () => move(days + 1) }, "+")),
    h("p", { class: "says" }, h("span", {}, say("travel")), h("b", {}, say("days", days))));
}

function group(id, ...fields) {
  const details = h("details", shut.has(id) ? {} : { open: "" }, h("summary", { "data-key": `group-${id}` }, say(id)), ...fields);
  details.addEventListener("toggle", () => (details.open ? shut.delete(id) : shut.add(id)));
  return details;
}

function controls() {
  const views = (topic) => visitor.views?.[topic] ?? { times: 0, days: 0 };
  const see = (topic, more) => change({ views: { ...visitor.views, [topic]: { ...views(topic), ...more } } });
  const number = (label, key, value, max, unit, set, min = 0) => field(label, h("span", { class: "pair" },
    h("input", { type: "range", min, max, value, "data-key": key, "aria-label": label, oninput: (event) => set(Number(event.target.value)) }), h("output", {}, unit(value))));
  const text = (label, key, value, set, more = {}) => field(label, h("input", { value: value ?? "", "data-key": key, "aria-label": label, onchange: (event) => set(event.target.value.trim() || null), ...more }));
  const pick = (label, key, value, choices, set) => field(label, picked(choices, value, { "data-key": key, "aria-label": label, onchange: (event) => set(event.target.value) }));
  const tick = (label, key, value, set) => field(label, h("input", { type: "checkbox", "data-key": key, "aria-label": label, ...(value ? { checked: "" } : {}), onchange: (event) => set(event.target.checked) }));
  const times = (count) => say("times", count);
  const ago = (count) => say("ago", count);
  return [
    group("place",
      pick(say("country"), "country", visitor.country ?? "", COUNTRIES.map(([code, ja, en]) => [code, language === "ja" ? ja : en]), (code) => change({ country: code || null, ip: null, zone: COUNTRIES.find(([one]) => one === code)?.[3] ?? visitor.zone })),
      text(say("ip"), "ip", visitor.ip, (ip) => change({ ip }), { placeholder: "203.0.113.25", inputmode: "decimal" }),
      text(say("clock"), "clock", visitor.time, (time) => change({ time }), { type: "time" }),
      pick(say("device"), "device", visitor.device, ["phone", "tablet", "desktop", "bot"].map((one) => [one, say(`device-${one}`)]), (device) => change({ device }))),
    ...(data.site === "nagare" ? [group("company",
      pick(say("network"), "network", visitor.ip ?? "", NETWORKS.map(([ip, ja, en]) => [ip, language === "ja" ? ja : en]), (ip) => change({ ip: ip || null })),
      pick(say("link"), "link", visitor.link ?? "", [["", say("none")], ["aoba-bank.example", say("aoba")], ["minato-parts.example", say("minato")]], (link) => change({ link: link || null })),
      pick(say("status"), "status", visitor.user?.status ?? "", [["", say("unknown")], ["prospect", say("prospect")], ["customer", say("customer")]], (status) => change({ user: clean({ ...visitor.user, status, plan: status === "customer" ? "Standard" : "" }) })),
      pick(say("persona"), "persona", visitor.user?.persona ?? "", [["", say("unknown")], ["it", say("it")], ["management", say("management")], ["user", say("user")]], (persona) => change({ user: clean({ ...visitor.user, persona }) })))] : []),
    group("past",
      number(say("visits"), "visits", visitor.visits ?? 1, 20, times, (visits) => change({ visits }), 1),
      number(say("away"), "away", visitor.away ?? 0, 60, ago, (away) => change({ away })),
      ...Object.entries(data.interests).flatMap(([topic, label]) => [
        number(say("viewed", label[language]), `times-${topic}`, views(topic).times, 10, times, (count) => see(topic, { times: count })),
        number(say("viewedAgo"), `days-${topic}`, views(topic).days, 60, ago, (days) => see(topic, { days }))]),
      ...(data.site === "shoes" ? [pick(say("purchase"), "purchase", visitor.purchase ? String(visitor.purchase.days) : "", [["", say("none")], ["5", say("boughtAgo", 5)], ["30", say("boughtAgo", 30)], ["70", say("boughtAgo", 70)]], (days) => change({ purchase: days ? { category: "nurse-shoes", days: Number(days) } : null }))] : [])),
    group("source",
      text(say("term"), "term", visitor.campaign?.term, (term) => change({ campaign: clean({ ...visitor.campaign, term: term ?? "" }) })),
      text(say("campaign"), "campaign", visitor.campaign?.name, (name) => change({ campaign: clean({ ...visitor.campaign, name: name ?? "" }) })),
      text(say("referrer"), "referrer", visitor.referrer, (referrer) => change({ referrer }), { type: "url", placeholder: "https://" })),
    group("trust",
      pick(say("consent"), "consent", visitor.consent, ["granted", "denied", "unset"].map((one) => [one, say(`consent-${one}`)]), (consent) => change({ consent })),
      tick(say("gpc"), "gpc", visitor.gpc, (gpc) => change({ gpc })),
      pick(say("group"), "group", visitor.group, ["auto", "treatment", "holdout"].map((one) => [one, say(`group-${one}`)]), (group_) => change({ group: group_ })),
      pick(say("server"), "server", visitor.server, ["up", "slow", "down"].map((one) => [one, say(`server-${one}`)]), (server) => change({ server }))),
  ];
}

function clean(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

// -- why ----------------------------------------------------------------------------------------

function show(slot, tab = open?.tab ?? "marketer") {
  open = { slot, tab };
  paintWhy();
  why.querySelector("[aria-selected=true]")?.focus({ preventScroll: true });
}

function paintWhy() {
  const one = open && told.slots.find((slot) => slot.slot === open.slot);
  why.hidden = !one;
  if (!one) return why.replaceChildren();
  const tabs = ["marketer", "developer", "visitor", ...(data.site === "nagare" ? ["network"] : []), "code"];
  why.replaceChildren(
    h("header", {},
      h("h2", { id: "why-title" }, `${one.label}: ${one.shows ?? say("default")}`, h("small", {}, one.reason)),
      h("div", { class: "tabs", role: "tablist", "aria-label": say("readers") }, ...tabs.map((tab) =>
        h("button", { type: "button", role: "tab", id: `tab-${tab}`, "data-key": `tab-${tab}`, "aria-selected": String(tab === open.tab), "aria-controls": "said", tabindex: tab === open.tab ? 0 : -1,
          onclick: () => show(one.slot, tab),
          onkeydown: (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (step) show(one.slot, tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]);
          } }, say(`tab-${tab}`)))),
      h("button", { type: "button", class: "close", "aria-label": say("close"), onclick: () => { const { slot } = open; open = null; paintWhy(); (document.querySelector(`[data-key="slot-${slot}"]`) ?? bar.querySelector(".shown button"))?.focus(); } }, "×")),
    h("div", { class: "said", id: "said", role: "tabpanel", "aria-labelledby": `tab-${open.tab}`, tabindex: 0 }, ...READERS[open.tab](one)));
}

const READERS = {
  marketer: (one) => [h("p", {}, one.why), h("ul", { class: "whole" }, ...one.whole.map((sentence) => h("li", {}, sentence)))],
  developer: (one) => [h("pre", {}, one.tree)],
  visitor: (one) => [h("p", {}, one.about || say("nothingChosen")), h("p", { class: "links" }, h("a", { href: `/${data.site}/display`, target: "site" }, say("aboutLink")))],
  code: () => [h("button", { type: "button", class: "button", onclick: () => navigator.clipboard?.writeText(told.code) }, say("copy")), h("pre", { class: "code" }, told.code ?? "")],
  network: () => [
    h("button", { type: "button", class: "button", "data-key": "search", onclick: look }, say("search")),
    ...(search ? [found()] : []),
    h("pre", { class: "answer" }, told.answer ? JSON.stringify(told.answer, null, 2) : say("noAnswer"))],
};

async function look() {
  const page = inside();
  const script = [...page.querySelectorAll("head script:not([src])")].map((one) => one.textContent).join("\n") + (await (await fetch(`${at}/mitate.js`)).text());
  const bodies = { site: data.site, answer: JSON.stringify(told.answer ?? ""), script, page: page.documentElement.outerHTML };
  search = await (await fetch(`${at}/search`, { method: "POST", body: JSON.stringify(bodies) })).json();
  paintWhy();
}

function found() {
  const cell = (count) => h("td", { class: count ? "some" : "zero" }, say("hits", count));
  return h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("where")), ...["name", "domain", "cidr"].map((column) => h("th", { scope: "col" }, say(`column-${column}`))))),
    h("tbody", {}, ...search.map((row) => h("tr", {}, h("th", { scope: "row" }, `${say(`where-${row.where}`)} (${row.size.toLocaleString(language)} ${say("characters")})`), cell(row.name), cell(row.domain), cell(row.cidr)))));
}

// -- beginning ----------------------------------------------------------------------------------

const first = data.presets.find((one) => one.id === data.chosen);
const now = await (await fetch(`${at}/visitor?site=${data.site}`)).json();
visitor = { ...BLANK, ...now.visitor, language: reader };
if (first || !kept(`mitate-met-${data.site}`)) {
  const one = first ?? data.presets[0];
  preset = one.id;
  visitor = { ...BLANK, language: reader, ...one.visitor };
  await fetch(`${at}/visitor`, { method: "PUT", body: JSON.stringify({ site: data.site, visitor, afresh: true }) });
  kept(`mitate-met-${data.site}`, "yes");
}
language = visitor.language;
tell(visitor.consent);
frame.src = `${data.path}?${new URLSearchParams({ visitor: token, lang: language })}`;
paint();
// Somebody comes back from an editor: what they saved is shown.
addEventListener("focus", () => ask());
