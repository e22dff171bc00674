// Fails to compile where rules-edge.d.ts no longer says what the module is.
import type * as Published from "../../rules-edge";
import type * as Edge from "./edge";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

export const names: Same<keyof typeof Published, keyof typeof Edge> = true;
export const parameters: {
  load: Same<Parameters<typeof Published.load>, Parameters<typeof Edge.load>>;
  loadAll: Same<Parameters<typeof Published.loadAll>, Parameters<typeof Edge.loadAll>>;
  reader: Same<Parameters<typeof Published.reader>, Parameters<typeof Edge.reader>>;
} = { load: true, loadAll: true, reader: true };
