/**
 * Tell of each observed element whether it is in view: half of it, or half a screen of one taller than two screens, which
 * never is by half; and whether any of it is.
 */
export const viewer = (tell: (element: Element, inView: boolean, some: boolean) => void): IntersectionObserver =>
  new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting, intersectionRatio, intersectionRect }) =>
    tell(target, intersectionRatio >= 0.5 || intersectionRect.height * 2 > innerHeight, isIntersecting)),
  // Half a screen of a slot of fifty screens is a hundredth of it; between two of these steps nothing is noticed.
  { threshold: Array.from(Array(32), (_, step) => 0.5 * 0.88 ** step) });
