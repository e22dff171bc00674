// What a framework renders again loses its variant: it gets it back before the next frame, unless the two go on fighting.
import { added } from "./added";
import { all, emit, fail, filled, inUse, page, put, slotOf, state, sweep, table } from "./bridge";
import { renew } from "./round";
import { MARK } from "./mark";
import type { Filled, Ground } from "./types";

const MOST = 9;
const SECOND = 1000;

// The first node of ours in an element; the framework took it away when it isn't there any more.
const ours = new WeakMap<Filled, Node | null>();
const fights: Record<string, [times: number, at: number]> = {};

const gone = new Set<string>();

/** What came to the page since it was last looked through. */
let came: Ground[] = [document];

// What others put beside ours, a browser's extension say, takes nobody's focus away.
const lost = (one: Filled): boolean => {
  const { element, undo } = one;
  return !!undo && element.isConnected && !element.shadowRoot &&
    (undo.held ? !undo.held() : ours.has(one) && element.firstChild != ours.get(one) && !inUse(element));
};

/** The page wins: its content stays from now on, in new elements of the slot as well. */
const surrender = (slot: string): void => {
  gone.add(slot);
  const { experience, variant, reason } = page.decisions[slot]!;
  put(slot, { experience, variant, reason } as never);
  fail("fight", { slot });
};

const guard = (changes: MutationRecord[]): void => {
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
  came = came.concat(added(changes));
  if (!state.settled) return;
  const nodes = came;
  came = [];
  all(table.slots, nodes).forEach((element) => {
    // Marked by others: filled by a backend, or a copy of what we filled, which is as new.
    if (filled.has(element) || !element.hasAttribute(MARK)) return;
    const slot = slotOf(element).name;
    const decision = page.decisions[slot];
    if (!decision?.rendered) {
      element.removeAttribute(MARK);
      return sweep([element]);
    }
    const one: Filled = { slot, element, state: "variant", decision, undo: undefined };
    filled.set(element, one);
    emit("applied", one);
  });
};

const observer = new MutationObserver(guard);

/** Look after what an element was filled with. */
export const look = (one: Filled): void => {
  const { element, undo } = one;
  ours.set(one, element.firstChild);
  // What is done beyond filling may be undone by an attribute.
  if (undo?.held) observer.observe(element, { attributes: true, childList: true, subtree: true });
};

export const watchOver = (): void => {
  observer.observe(document, { childList: true, subtree: true });
  guard([]);
  // Being hidden begins for what becomes a slot in any other way, by an attribute or a neighbour.
  addEventListener("animationstart", ({ target }) => sweep([target as Element]));
  sweep();
};
