// The start page works without this file; with it, tags can be copied and the state stays fresh.
const plain = { createHTML: (html) => html };
const policy = globalThis.trustedTypes?.createPolicy("mitate-start", plain) ?? plain;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const code = button.parentElement.querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    getSelection().selectAllChildren(code); // no permission: select it, for the keyboard
    return;
  }
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => { button.textContent = label; }, 1600);
});

// Take up only the pieces that changed, so that a selection or an open detail stays as it is.
async function refresh() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(policy.createHTML(await answer.text()), "text/html");
  for (const piece of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${CSS.escape(piece.dataset.live)}"]`);
    if (next && next.innerHTML !== piece.dataset.seen && next.innerHTML !== piece.innerHTML) {
      piece.dataset.seen = next.innerHTML;
      piece.replaceChildren(...next.childNodes);
      localTimes(piece);
    }
  }
}

function localTimes(root) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });
  for (const time of root.querySelectorAll("time[datetime]")) time.textContent = format.format(new Date(time.dateTime));
}

for (const piece of document.querySelectorAll("[data-live]")) piece.dataset.seen = piece.innerHTML;
localTimes(document);
setInterval(() => refresh().catch(() => {}), 2000);
