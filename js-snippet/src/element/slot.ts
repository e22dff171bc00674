// <mitate-slot name="hero" reserve="22rem">: the place of a slot, as an element of its own. What is in it stays with whoever
// put it there; the loader shows the block beside it.
const sheet = new CSSStyleSheet();
const reserved = new Set<string>();

// The page's own declarations come first: this is what a browser would say of the element, if it knew it.
sheet.replaceSync(":where(mitate-slot){display:block}");
document.adoptedStyleSheets.unshift(sheet);

export class MitateSlot extends HTMLElement {
  static observedAttributes = ["reserve"];

  // A rule for each length: an attribute `style` is nothing that a strict page allows, or a framework expects.
  attributeChangedCallback(_: string, __: unknown, length: string | null): void {
    if (!length || reserved.has(length) || !CSS.supports("min-height", length)) return;
    reserved.add(length);
    sheet.insertRule(`:where(mitate-slot[reserve="${CSS.escape(length)}"]){min-height:${length}}`, 1);
  }
}
