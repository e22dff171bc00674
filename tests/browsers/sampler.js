// The first script of the page: notes for each frame what of the hero can be seen.
(() => {
  const frames = window.frames_ = [], violations = window.violations_ = [];
  const shows = () => {
    const slot = document.querySelector("[data-mitate=hero]");
    const root = slot && (slot.shadowRoot || slot), text = root ? root.textContent : "";
    if (!text || !slot.getClientRects().length || getComputedStyle(slot).visibility != "visible") return "";
    return text.includes("page's own") ? "default" : text.includes("variant's") ? "variant" : "other";
  };
  const look = () => {
    frames.push([performance.now(), shows()]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) =>
    violations.push(violatedDirective + " " + sample));
})();
