// The application itself: three views, no framework. It knows nothing of hints; it only tells mitate what was done.
const language = document.documentElement.lang;
const say = (ja, en) => (language === "ja" ? ja : en);
const find = (selector) => document.querySelector(selector);
const number = new Intl.NumberFormat(language);
const yen = new Intl.NumberFormat(language, { style: "currency", currency: "JPY", maximumFractionDigits: 0 });

const make = (name, ...children) => {
  const element = document.createElement(name);
  element.append(...children);
  return element;
};
const row = (header, ...cells) => {
  const first = make("th", header);
  first.scope = "row";
  return make("tr", first, ...cells.map((cell) => make("td", cell)));
};

// -- the report

const STORES = [
  ["札幌", "Sapporo"], ["仙台", "Sendai"], ["盛岡", "Morioka"], ["新潟", "Niigata"], ["宇都宮", "Utsunomiya"],
  ["大宮", "Omiya"], ["千葉", "Chiba"], ["上野", "Ueno"], ["吉祥寺", "Kichijoji"], ["横浜", "Yokohama"],
  ["静岡", "Shizuoka"], ["名古屋", "Nagoya"], ["金沢", "Kanazawa"], ["京都", "Kyoto"], ["梅田", "Umeda"],
  ["神戸", "Kobe"], ["岡山", "Okayama"], ["広島", "Hiroshima"], ["高松", "Takamatsu"], ["松山", "Matsuyama"],
  ["福岡", "Fukuoka"], ["熊本", "Kumamoto"], ["鹿児島", "Kagoshima"], ["那覇", "Naha"],
];
const PERIODS = [["今週", "This week", 7], ["今月", "This month", 30], ["今期", "This quarter", 91]];

const report = { days: 7, compare: false, saved: false };

const figures = (store, days) => {
  const visits = (180 + ((store * 73) % 140)) * days;
  const orders = Math.round(visits * (0.08 + ((store * 29) % 50) / 1000));
  return { visits, orders, sales: orders * (3200 + ((store * 517) % 2400)), change: ((store * 37) % 240) / 10 - 9 };
};

const percent = (value) => `${value < 0 ? "−" : "+"}${number.format(Math.abs(Math.round(value * 10) / 10))}%`;

const lines = () => STORES.map(([ja, en], place) => ({ store: say(ja, en), ...figures(place + 1, report.days) }));

const cells = ({ visits, orders, sales, change }) =>
  [number.format(visits), number.format(orders), yen.format(sales), ...(report.compare ? [percent(change)] : [])];

const draw = () => {
  const all = lines();
  const sum = (name) => all.reduce((total, line) => total + line[name], 0);
  find("tbody").replaceChildren(...all.map((line) => row(line.store, ...cells(line))));
  find("tfoot").replaceChildren(row(say("合計", "Total"), ...cells({
    visits: sum("visits"), orders: sum("orders"), sales: sum("sales"), change: sum("change") / all.length,
  })));
  find("#top").replaceChildren(...[...all].sort((a, b) => b.sales - a.sales).slice(0, 3)
    .map(({ store, sales }) => make("li", `${store} ${yen.format(sales)}`)));
  find("table").classList.toggle("compared", report.compare);
  find("#compare").setAttribute("aria-pressed", report.compare);
  find("#export").setAttribute("aria-disabled", !report.saved);
};

const changed = () => {
  report.saved = false;
  find("#report-said").textContent = "";
  mitate.track("report-changed");
  draw();
};

const save = () => {
  report.saved = true;
  mitate.track("report-saved");
  draw();
  find("#report-said").textContent = say("保存しました。", "Saved.");
};

// The backend now knows that the export has been used; its new token tells mitate, too.
const noteExport = () => fetch("/exported", { method: "POST" })
  .then((response) => response.json())
  .then(({ token }) => mitate.identify(token))
  .catch(() => {});

const download = () => {
  const text = lines().map(({ store, visits, orders, sales }) => [store, visits, orders, sales].join(",")).join("\n");
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([`\ufeff${text}`], { type: "text/csv" }));
  link.download = "stores.csv";
  link.click();
  URL.revokeObjectURL(link.href);
  find("#report-said").textContent = say("書き出しました。", "Exported.");
  mitate.track("export");
  noteExport();
};

const openReport = () => {
  find("#period").append(...PERIODS.map(([ja, en, days]) => new Option(say(ja, en), days)));
  find("#period").addEventListener("change", (event) => {
    report.days = +event.target.value;
    changed();
  });
  draw();
};

// -- the plans

const FEATURES = [
  ["店舗別の売上", "Sales by store", 1, 1, 1], ["期間の比較", "Comparing periods", 1, 1, 1],
  ["CSVの書き出し", "CSV export", 1, 1, 1], ["保存できるレポート", "Saved reports", "5", "∞", "∞"],
  ["メールでの定期送信", "Reports by e-mail", 1, 1, 1], ["店舗ごとの閲覧権限", "Permissions by store", 1, 1, 1],
  ["目標との比較", "Targets", 1, 1, 1], ["休業日の除外", "Leaving out holidays", 1, 1, 1],
  ["天気の列", "A column for the weather", 1, 1, 1], ["レジとの接続", "Tills connected", 1, 1, 1],
  ["会計ソフトとの接続", "Accounting connected", 1, 1, 1], ["API", "API", 1, 1, 1],
  ["スマートフォンアプリ", "Phone app", 1, 1, 1], ["データの保存期間", "Data kept", say("2年", "2 years"), say("5年", "5 years"), "∞"],
  ["監査ログ", "Audit log", 0, 0, 1], ["シングルサインオン", "Single sign-on", 0, 0, 1],
  ["人数", "People", "10", "50", "∞"], ["料金", "Price", yen.format(0), yen.format(600), yen.format(900)],
];

const mark = (value) => {
  if (typeof value === "string") return value;
  const words = make("span", value ? say("あり", "Yes") : say("なし", "No"));
  words.className = "hidden";
  const sign = make("span", value ? "✓" : "–");
  sign.ariaHidden = "true";
  return make("span", sign, words);
};

const price = () => {
  const people = Math.max(1, +find("#people").value || 1);
  const each = people <= 10 ? 0 : people <= 50 ? 600 : 900;
  find("#price").textContent = `${yen.format(people * each)} ${say("/ 月", "a month")}`;
};

const openPlans = () => {
  find("tbody").replaceChildren(...FEATURES.map(([ja, en, ...plans]) => row(say(ja, en), ...plans.map(mark))));
  find("#people").addEventListener("input", price);
  find(".estimate").addEventListener("submit", (event) => event.preventDefault());
  price();
};

// -- the invitation

const openInvitation = () => find("#invitation").addEventListener("submit", (event) => {
  event.preventDefault();
  mitate.track("invitation-sent");
  event.target.reset();
  find("#invite-said").textContent = say("招待を送りました。", "The invitation is on its way.");
});

// -- the views: each is made once and keeps what was typed in it

const VIEWS = { reports: openReport, plans: openPlans, invite: openInvitation };
const made = {};

const show = (first) => {
  const asked = location.hash.slice(1);
  if (!first && !(asked in VIEWS)) return;
  const name = asked in VIEWS ? asked : "reports";
  const isNew = !made[name];
  made[name] ??= [...find(`#view-${name}`).content.cloneNode(true).children];
  find("main").replaceChildren(...made[name]);
  if (isNew) VIEWS[name]();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) link.ariaCurrent = "page";
    else link.removeAttribute("aria-current");
  }
  document.title = `${find("h1").innerText} | ${say("はかり", "Hakari")}`;
  if (!first) {
    scrollTo(0, 0);
    find("h1").focus();
  }
};

const go = (name, then) => {
  if (location.hash !== `#${name}`) history.pushState(null, "", `#${name}`);
  show();
  find(then)?.focus();
};

const DO = {
  save,
  compare() {
    report.compare = !report.compare;
    changed();
  },
  export: (button) => {
    if (button.id !== "export") save();
    if (report.saved) download();
  },
  estimate: () => find("#people").select(),
  invite: () => go("invite", "#email"),
};

// The buttons of hints work like those of the page: what a hint holds is markup, never code.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  DO[button.dataset.do](button);
  const slot = button.closest("[data-mitate]");
  if (!slot) return;
  // A hint that was followed has done its work. It may come again: that is not a dismissal.
  const focused = slot.contains(document.activeElement);
  slot.hidden = true;
  if (focused) find("h1").focus({ preventScroll: true });
});
mitate.on("applied", ({ element, state }) => {
  if (state === "variant") element.hidden = false;
});
addEventListener("hashchange", () => show());

// -- the bar

const remember = find("#remember");
remember.checked = /mitate_consent=1/.test(document.cookie);
remember.addEventListener("change", () =>
  mitate.consent({ personalization: remember.checked, analytics: remember.checked }));
find(`[data-is=${document.documentElement.dataset.member}]`).ariaCurrent = "true";

show(true);
