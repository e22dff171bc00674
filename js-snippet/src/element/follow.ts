// What a shadow root is told of the page changes: sheets come and go, a class on <html> turns everything dark.
import type { Filled, Shadow } from "../types";

/** Keep the roots as the page is, from now on. */
export const follow = (filled: Map<Element, Filled>, { same, styles, TWIN }: Shadow): void => {
  /** The roots in use, and in each the innermost twin, which stands for the slot's own element. */
  const each = (change: (root: ShadowRoot, twin: Element) => void): void => filled.forEach((_, { shadowRoot }) => {
    const [twin] = shadowRoot ? [...shadowRoot.querySelectorAll(`[${TWIN}]`)].slice(-1) : [];
    if (twin) change(shadowRoot as ShadowRoot, twin);
  });

  const restyle = (): void => each(styles);
  new MutationObserver(restyle).observe(document.head, {
    attributes: true, characterData: true, childList: true, subtree: true,
  });
  // A sheet is there when it has loaded, wherever it stands.
  document.addEventListener("load", ({ target }) => (target as HTMLLinkElement).sheet && restyle(), true);
  restyle();

  const around = new MutationObserver(() => each(({ host }, twin) => {
    for (let from: Element | null = host, to: Element | null = twin; from && to;) {
      same(to, from);
      from = from.parentElement;
      to = to.parentElement;
    }
  }));
  const watch = (element: Element | null): void => {
    if (!element) return;
    around.observe(element, { attributes: true });
    watch(element.parentElement);
  };
  const join = (element: Element): void => {
    if (element.shadowRoot) watch(element);
  };
  filled.forEach((_, element) => join(element));
  document.addEventListener("mitate:applied", ({ detail }) => join(detail.element));
};
