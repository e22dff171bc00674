// An exposure: half of the slot in view for one second, whatever fills it; once per page view and experience.
import { filled } from "./bridge";
import { push } from "./record";

const SECOND = 1000;

const timers = new Map<Element, number>();
const told = new Set<string>();

const expose = (element: Element): void => {
  const { slot, decision } = filled.get(element) || {};
  if (document.hidden || !decision || !decision.experience || told.has(decision.experience)) return;
  const { experience, variant, reason } = decision;
  told.add(experience);
  push({ type: "exposure", slot, experience, variant, reason });
};

// A slot taller than two screens is never half in view: then it is seen when it fills half the screen.
const observer = new IntersectionObserver((entries) => entries.forEach(
  ({ target, intersectionRatio, intersectionRect }) => {
    clearTimeout(timers.get(target));
    if (intersectionRatio >= 0.5 || intersectionRect.height * 2 >= innerHeight) {
      timers.set(target, setTimeout(() => expose(target), SECOND));
    }
  }), { threshold: [0.1, 0.2, 0.3, 0.4, 0.5] });

/** Watch one more slot, or one filled anew; its second starts over. */
export const watch = (element: Element): void => {
  observer.unobserve(element);
  observer.observe(element);
};
