// What TypeScript refuses: a line that would be accepted is an error, since it was expected to be one.
import { MitateSlot, useDecision } from "mitate-react";

// @ts-expect-error a slot has a name
export const nameless = <MitateSlot />;

// @ts-expect-error which is a word
export const numbered = <MitateSlot name={7} />;

// @ts-expect-error a height is a CSS length, with its unit
export const unitless = <MitateSlot name="hero" reserve={300} />;

// @ts-expect-error no attribute has this name
export const misspelt = <MitateSlot name="hero" reserved="300px" />;

// @ts-expect-error an object is nothing that React shows
export const object = <MitateSlot name="hero">{{ json: 7 }}</MitateSlot>;

// @ts-expect-error nor is one that a function gives
export const given = <MitateSlot name="hero">{() => ({ json: 7 })}</MitateSlot>;

// @ts-expect-error nobody knows what a decision's JSON is before looking
export const title = <MitateSlot name="hero">{({ json }) => <p>{json.title}</p>}</MitateSlot>;

// @ts-expect-error a decision says its reason
export const unreasoned = <MitateSlot name="hero" initial={{ variant: "light" }} />;

// @ts-expect-error nor is every word a reason
export const mistaken = <MitateSlot name="hero" initial={{ reason: "BECAUSE" }} />;

// @ts-expect-error the element has a name, too
export const element = <mitate-slot reserve="300px" />;

export function Wrong(): string {
  // @ts-expect-error of which slot?
  useDecision();
  // @ts-expect-error until there is one, there is none
  return useDecision("hero").reason;
}
