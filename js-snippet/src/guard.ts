// What a framework renders again loses its variant: it gets it back before the next frame, unless the two go on fighting.
import { added } from "./added";
import { all, emit, fail, filled, inUse, page, put, slotOf, state, sweep, table } from "./bridge";
import { arrive, awaited, clear, holds, keep, renew } from "./round";
import { MARK } from "./mark";
import type { Filled } from "./types";

/** What says which slot an element is. */
const NAMES = ["data-mitate", "name"];
const MOST = 9;
const SECOND = 1000;

// The first node of ours in an element; the framework took it away when it isn't there any more.
const ours = new WeakMap<Filled, Node | null>();
const fights: Record<string, [times: number, at: number]> = {};

const gone = new Set<string>();

/** Slots that came to the page since they were last looked through. */
let came: Element[] = [];

/** What was filled and isn't in the page: it may come back, and goes with its element when it doesn't. */
const away = new WeakMap<Element, Filled>();

// What others put beside ours, a browser's extension say, takes nobody's focus away.
const lost = (one: Filled): boolean => {
  const { element, undo } = one;
  return !!undo && element.isConnected && !element.shadowRoot &&
    (undo.held ? !undo.held() : ours.has(one) && element.firstChild != ours.get(one) && !inUse(element));
};

/** The page wins: its content stays from now on, in new elements of the slot as well. */
const surrender = (slot: string): void => {
  gone.add(slot);
  const { experience, variant, reason } = page.decisions[slot] || {} as Filled["decision"] & object;
  put(slot, { experience, variant, reason } as never);
  fail("fight", { slot });
};

const go = ({ element }: Filled): void => {
  // What a framework has in a slot has never left it; only a mark says that it is filled when it comes back.
  if (element.isConnected) return;
  if (!element.hasAttribute(MARK)) return clear(element);
  away.set(element, filled.get(element)!);
  filled.delete(element);
};

const comeBack = (element: Element): void => {
  const one = away.get(element);
  if (!one) return;
  away.delete(element);
  filled.set(element, one);
  if (!state.settled) return;
  if (holds(one)) keep(one);
  else renew(element);
};

/** An element that has become another slot, or none, has nothing of the first one's. */
const rename = (target: Node): void => {
  const element = target as Element;
  const one = filled.get(element);
  if (!one) return sweep([element]);
  if (slotOf(element)?.name == one.slot) return;
  if (lost(one) && !one.undo!.held) one.undo = undefined;
  renew(element);
};

const inSlot = (node: Partial<Element> | null): unknown =>
  node && (node.matches && slotOf(node as Element) && !node.shadowRoot || inSlot(node.parentElement!));

/** Did somebody else change what the page says? Nodes of a slot's may be ours, and a menu that closes says nothing. */
const theirs = ({ type, target, addedNodes }: MutationRecord): boolean => !inSlot(target as Element) &&
  (type == "characterData" ? [target] : [...addedNodes]).some((node) => document.body?.contains(node));

/** A page that has yet to follow its address may do so by its texts alone. */
const attend = (characterData: boolean): void =>
  observer.observe(document, { childList: true, subtree: true, attributeFilter: NAMES, characterData });

const guard = (changes: MutationRecord[], found: Element[]): void => {
  filled.forEach(go);
  found.forEach(comeBack);
  changes.forEach(({ attributeName, target }) => NAMES.includes(attributeName!) && rename(target));
  if (awaited() && changes.some(theirs)) {
    attend(false);
    arrive();
  }
  const again = [...filled.values()].filter(lost);
  new Set(again.map(({ slot }) => slot)).forEach((slot) => {
    const now = Date.now();
    const [times, at] = fights[slot] || [0, now];
    fights[slot] = [now - at < SECOND ? times + 1 : 1, now];
    if (times == MOST) surrender(slot);
  });
  again.forEach((one) => {
    const { undo, slot, element } = one;
    try {
      if (undo!.again && !gone.has(slot)) return undo!.again();
    } catch (error) {
      fail("content", { error, slot, element });
    }
    // What was the page's own is gone, and is not to come back over what it has now.
    if (!undo!.held) one.undo = undefined;
    renew(element);
  });
  came = came.concat(found);
  if (!state.settled) return;
  came.splice(0).forEach((element) => {
    const slot = slotOf(element)?.name;
    // Marked by others: filled by a backend, or a copy of what we filled, which is as new.
    if (!slot || filled.has(element) || !element.hasAttribute(MARK)) return;
    const decision = page.decisions[slot];
    if (!decision?.rendered) {
      const { own } = [...filled.values()].find((one) => one.slot == slot)?.undo || {};
      if (own && element.getAttribute(MARK) == "variant") element.replaceChildren(...own.map((node) => node.cloneNode(true)));
      element.removeAttribute(MARK);
      return sweep([element]);
    }
    const one: Filled = { slot, element, state: "variant", decision, undo: undefined, view: state.view };
    filled.set(element, one);
    emit("applied", one);
  });
};

const observer = new MutationObserver((changes) => guard(changes, all(table.slots, added(changes))));

/** Look after what an element was filled with. */
export const look = (one: Filled): void => {
  const { element, undo } = one;
  ours.set(one, element.firstChild);
  // What is done beyond filling may be undone by an attribute.
  if (undo?.held) observer.observe(element, { attributes: true, childList: true, subtree: true });
};

export const watchOver = (): void => {
  attend(false);
  page.on("page" as "decided", () => attend(true));
  guard([], all(table.slots));
  // Copies that came while an answer was awaited, as soon as it is in use.
  page.on("decided", () => Promise.resolve().then(() => guard([], [])));
  // Being hidden begins for what becomes a slot in any other way, by an attribute or a neighbour.
  addEventListener("animationstart", ({ target }) => sweep([target as Element]));
  sweep();
};
