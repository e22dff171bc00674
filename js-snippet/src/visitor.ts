// Who asks: the id and the choice that the page's cookies carry, if any, and the id of this page view.
import { table } from "./table";
import type { Who } from "./types";

// 17 bytes give 22 whole characters; that two of base64's 64 become one costs less than the four bits there are to spare.
/** At least 128 random bits in 22 characters. */
export const draw = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(17)))).replace(/\W/g, "_").slice(0, 22);

// What no cookie takes is known as long as its page lives.
const memory: Record<string, string | null | undefined> = {};

export const recall = (name: string): string | null | undefined =>
  (document.cookie.match(`(^| )mitate_${name}=([^;]+)`) || [])[2] || memory[name];

/** Write the cookie mitate_NAME for a year, or without a value delete it. */
export const remember = (name: string, value?: string | null): void => {
  memory[name] = value;
  document.cookie = `mitate_${name}=${value};path=/;max-age=${value ? 31536e3 : 0};SameSite=Lax${
    location.protocol == "https:" ? ";Secure" : ""}`;
};

const view = draw();

export const who = (): Who => {
  // Two digits: personalization, analytics; nothing until the visitor has chosen.
  const choice = recall("consent");
  return {
    site: table.site,
    visitor: recall("id") || null,
    // A prerendered page is nobody's page view until it is shown.
    page_view: document.prerendering ? undefined : view,
    consent: choice ? { personalization: choice[0] == "1", analytics: choice[1] == "1" } : undefined,
    gpc: navigator.globalPrivacyControl,
  };
};
