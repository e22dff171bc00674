// Who asks: the id and the choice that the page's cookies carry, if any.
import { state } from "./state";
import { cookie, table } from "./table";
import type { Who } from "./types";

/** What a cookie of ours says; or what it would say if it could be written, or had been by now. */
export const recall = (name: "id" | "consent"): string | undefined => state[name] || cookie(name);

export const who = (): Who => ({
  site: table.site,
  visitor: recall("id"),
  consent: recall("consent"),
  gpc: navigator.globalPrivacyControl,
  token: state.token,
});
