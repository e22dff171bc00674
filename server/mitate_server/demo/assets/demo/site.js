// What the example sites' own pages do: report what was done, and offer the choice of consent.
const said = { allow: { ja: "この表示を使います。", en: "Parts of the page are chosen again." }, deny: { ja: "この表示をやめ、記録を消しました。", en: "Nothing is chosen any more, and nothing is kept." } };

function report(element) {
  const { track, value, props } = element.dataset;
  const more = props ? JSON.parse(props) : {};
  if (value) more.value = Number(value);
  window.mitate?.track(track, more);
}

document.querySelectorAll("[data-track]:not(a)").forEach(report);

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-track]");
  if (link) report(link);
  const button = event.target.closest("[data-consent]");
  if (!button) return;
  const allowed = button.dataset.consent === "allow";
  window.mitate?.consent({ personalization: allowed, analytics: allowed });
  const told = document.querySelector("[data-consent-said]");
  if (told) told.textContent = said[button.dataset.consent][document.documentElement.lang] ?? "";
});
