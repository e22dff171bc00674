import type { DetailedHTMLProps, HTMLAttributes, ReactNode } from "react";
import type { Decision } from "../mitate";

/** The slot's decision; undefined on the server, until there is one, and where there is none. `initial`: one that a server made. */
export function useDecision(slot: string, initial?: Decision): Decision | undefined;

export interface MitateSlotProps extends Omit<HTMLAttributes<HTMLElement>, "children"> {
  /** The slot's name in the site document, which says `"shadow": true` of it. */
  name: string;
  /** The height kept free before anything has loaded, any CSS length; the site document's own `reserve` comes first. */
  reserve?: string;
  /** What the page itself shows there, or what the slot's decision shows: for decisions that are JSON. */
  children?: ReactNode | ((decision: Decision) => ReactNode);
  /** What stands there without children, and until a function has a decision. */
  fallback?: ReactNode;
  /** A decision that a server made, so that a function has one from the start. */
  initial?: Decision;
}

/** A slot, as the element <mitate-slot>: React keeps its children, mitate shows a block beside them. */
export function MitateSlot(props: MitateSlotProps): ReactNode;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "mitate-slot": DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & { name: string; reserve?: string };
    }
  }
}
