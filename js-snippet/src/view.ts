/**
 * Tell of each observed element whether it is in view: half of it, or half a screen of one taller than two screens, which
 * never is by half.
 */
export const viewer = (tell: (element: Element, inView: boolean) => void): IntersectionObserver =>
  new IntersectionObserver((entries) => entries.forEach(({ target, intersectionRatio, intersectionRect }) =>
    tell(target, intersectionRatio >= 0.5 || intersectionRect.height * 2 > innerHeight)),
  // Half a screen of a slot of fifty screens is a hundredth of it; between two of these steps nothing is noticed.
  { threshold: Array.from(Array(32), (_, step) => 0.5 * 0.88 ** step) });
