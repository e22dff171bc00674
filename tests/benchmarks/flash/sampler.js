// Runs before any script of the page: notes for each frame what of the slot can be seen, and what the browser measures.
(() => {
  const found = window.flash_ = { frames: [], shift: 0, fcp: 0, lcp: 0, busy: 0, violations: [], errors: [] };

  const shows = () => {
    const slot = document.getElementById("hero");
    const title = slot && (slot.shadowRoot || slot).querySelector("h1");
    if (!title || !title.getClientRects().length) return "none";
    const seen = title.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return !seen ? "hidden" : title.textContent.startsWith("Made") ? "variant" : "default";
  };
  // A callback at the start of a frame sees what this frame paints: scripts that run later change the next one.
  const look = () => {
    found.frames.push([performance.now(), shows()]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  const watch = (type, note) => {
    if ((PerformanceObserver.supportedEntryTypes || []).includes(type)) {
      new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
    }
  };
  watch("layout-shift", ({ value }) => found.shift += value);
  watch("paint", ({ name, startTime }) => name == "first-contentful-paint" && (found.fcp = startTime));
  watch("largest-contentful-paint", ({ startTime }) => found.lcp = startTime);
  watch("longtask", ({ duration }) => found.busy += duration);
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, sample }) =>
    found.violations.push(`${violatedDirective} ${sample}`));
  addEventListener("error", ({ message }) => message && found.errors.push(message));

  // Milliseconds after the tag at which the answer was there, whoever asked.
  found.answered = () => {
    const [tag] = performance.getEntriesByName("tag");
    const answer = performance.getEntriesByType("resource").find(({ name, responseEnd, responseStatus }) =>
      /\/v1\/decide|\/api\/features\//.test(name) && responseEnd && responseStatus == 200);
    return answer ? answer.responseEnd - (tag ? tag.startTime : 0) : null;
  };
})();
