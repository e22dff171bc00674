/**
 * Tell of each observed element whether it is in view: half of it, or half a screen of one taller than two screens, which
 * never is by half.
 */
export const viewer = (tell: (element: Element, inView: boolean) => void): IntersectionObserver =>
  new IntersectionObserver((entries) => entries.forEach(({ target, intersectionRatio, intersectionRect }) =>
    tell(target, intersectionRatio >= 0.5 || intersectionRect.height * 2 >= innerHeight)),
  { threshold: [0.1, 0.2, 0.3, 0.4, 0.5] });
