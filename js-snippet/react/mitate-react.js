"use client";
// mitate's slots in React. The page's head carries mitate's tag: it decides, and shows the block in the slot's shadow root,
// where React has nothing of its own. So there is nothing here that could disagree with what a server rendered.
import { createElement, useCallback, useSyncExternalStore } from "react";

const CHANGES = ["mitate:decided", "mitate:applied"];

/** The slot's decision; undefined on the server, until there is one, and where there is none. */
export function useDecision(slot, initial) {
  const subscribe = useCallback((changed) => {
    CHANGES.forEach((type) => document.addEventListener(type, changed));
    // What was decided between rendering and now told nobody.
    if (window.mitate) window.mitate.decide(slot).then(changed);
    return () => CHANGES.forEach((type) => document.removeEventListener(type, changed));
  }, [slot]);
  const decision = () => (window.mitate && window.mitate.decisions[slot]) || initial;
  return useSyncExternalStore(subscribe, decision, () => initial);
}

function Chosen({ name, initial, fallback, children }) {
  const decision = useDecision(name, initial);
  return decision ? children(decision) : fallback;
}

/** A slot. Its children are the page's own content, or a function of the decision. */
export function MitateSlot({ name, initial, fallback = null, children, ...attributes }) {
  return createElement("mitate-slot", { ...attributes, name, suppressHydrationWarning: true },
    typeof children === "function" ? createElement(Chosen, { name, initial, fallback }, children) : children ?? fallback);
}
