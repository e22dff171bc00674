// What the example sites' own pages do: report what was done, ask for consent once, and carry the choice to mitate.
const said = { allow: { ja: "この表示を使います。", en: "Parts of the page are chosen again." }, deny: { ja: "この表示をやめ、記録を消しました。", en: "Nothing is chosen any more, and nothing is kept." } };

function report(element) {
  const { track, value, props } = element.dataset;
  const more = props ? JSON.parse(props) : {};
  if (value) more.value = Number(value);
  window.mitate?.track(track, more);
}

// The question is asked where nothing is granted and nothing was chosen yet: mitate keeps the choice in its own cookie.
let granted = null;
function ask() {
  const question = document.querySelector("[data-consent-ask]");
  const chosen = navigator.globalPrivacyControl || /(^| )mitate_consent=/.test(document.cookie);
  if (question) question.hidden = granted === null || granted || chosen;
}
document.addEventListener("mitate:decided", ({ detail }) => {
  granted = detail.purposes.includes("personalization");
  ask();
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-track]:not(a)").forEach(report);
  ask();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-track]");
  if (link) report(link);
  const button = event.target.closest("[data-consent]");
  if (!button) return;
  const allowed = button.dataset.consent === "allow";
  window.mitate?.consent({ personalization: allowed, analytics: allowed });
  ask();
  const told = document.querySelector("[data-consent-said]");
  if (told) told.textContent = said[button.dataset.consent][document.documentElement.lang] ?? "";
});
