// Who asks: the id and the choice that the page's cookies carry, if any, and the id of this page view.
import { state } from "./state";
import { table } from "./table";
import type { Who } from "./types";

/** What a cookie of ours says, or would say if there could be one. */
export const recall = (name: "id" | "consent"): string | undefined =>
  (document.cookie.match(`(^| )mitate_${name}=([^;]+)`) || [])[2] || state[name];

export const who = (): Who => ({
  site: table.site,
  visitor: recall("id"),
  // A prerendered page is nobody's page view until it is shown.
  page_view: document.prerendering ? undefined : state.view,
  consent: recall("consent"),
  gpc: navigator.globalPrivacyControl,
  token: state.token,
});
