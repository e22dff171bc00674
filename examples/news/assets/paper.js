// The paper's own few lines: the question, and an article that was read to its end.
const question = document.querySelector(".ask");
document.querySelectorAll("[data-answer]").forEach((button) => button.addEventListener("click", () => {
  const yes = button.dataset.answer === "yes";
  mitate.consent({ personalization: yes, analytics: yes });
  question.hidden = true;
}));
const end = document.querySelector(".end");
if (end) new IntersectionObserver(([entry], observer) => {
  if (!entry.isIntersecting) return;
  observer.disconnect();
  mitate.track("read");
}).observe(end);
