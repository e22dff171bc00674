// The words that can be seen on the page, in the order in which they are: of shadow roots, what is slotted into them.
window.seen = (node = document.body) => {
  if (node instanceof Text) return getComputedStyle(node.parentElement || document.body).visibility === "visible" ? node.data : "";
  if (!(node instanceof Element) || getComputedStyle(node).display === "none") return "";
  const assigned = node instanceof HTMLSlotElement ? node.assignedNodes() : [];
  const inner = assigned.length ? assigned : (node.shadowRoot || node).childNodes;
  return [...inner].map((one) => seen(one)).join(" ").replace(/\s+/g, " ").trim();
};
