// An exposure: half of the slot in view for one second, whatever fills it; once per page view and experience.
import type { Recorder } from "./record";
import type { Loader } from "./types";

const SECOND = 1000;

export interface Watcher {
  /** Watch one more slot, or one filled anew. */
  watch(element: Element): void;
  /** Watch all, or none while the page is out of sight; every second starts over. */
  restart(): void;
}

export const watcher = (loader: Loader, { push }: Recorder): Watcher => {
  const timers = new Map<Element, number>();
  const told = new Set<string>();

  const expose = (element: Element): void => {
    const { slot, decision } = loader.filled.get(element) || {};
    if (!decision || !decision.experience || told.has(decision.experience)) return;
    told.add(decision.experience);
    const { experience, variant, reason } = decision;
    push({ type: "exposure", slot, experience, variant: variant || null, reason });
  };

  // A slot taller than two screens is never half in view: then it is seen when it fills half the screen.
  const observer = new IntersectionObserver((entries) => entries.forEach(
    ({ target, isIntersecting, intersectionRatio, intersectionRect }) => {
      clearTimeout(timers.get(target));
      if (isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height * 2 >= innerHeight)) {
        timers.set(target, setTimeout(() => expose(target), SECOND));
      }
    }), { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5] });

  const watch = (element: Element): void => {
    observer.unobserve(element);
    observer.observe(element);
  };

  return {
    watch,
    restart() {
      observer.disconnect();
      timers.forEach((timer) => clearTimeout(timer));
      if (!document.hidden) for (const element of loader.filled.keys()) watch(element);
    },
  };
};
