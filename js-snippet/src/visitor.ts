// Who asks: the id and the choice that the page's cookies carry, if any, and the id of this page view.
import { table } from "./table";
import type { Consent, Who } from "./types";

/** 128 random bits in 22 characters. */
export const draw = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/\+/g, "-").replace(/\//g, "_").slice(0, 22);

// In a sandboxed frame document.cookie throws: a visitor without cookies.
const recall = (name: string): string | undefined => {
  try {
    return (document.cookie.match(`\\bmitate_${name}=([^;]+)`) || [])[1];
  } catch {
    return undefined;
  }
};

/** Write a cookie for a year, or without a value delete it. */
export const remember = (name: string, value?: string | null): void => {
  try {
    document.cookie = `mitate_${name}=${value};path=/;max-age=${value ? 31536e3 : 0};SameSite=Lax${
      location.protocol == "https:" ? ";Secure" : ""}`;
  } catch {}
};

const view = draw();

/** The choice as the cookie writes it: the purposes granted, or a word that grants none. */
const choice = (granted: string | undefined): Consent | undefined =>
  granted ? { personalization: /pers/.test(granted), analytics: /anal/.test(granted) } : undefined;

// A choice made where cookies are off holds as long as its page.
let chosen: string | undefined;

export const choose = (granted: string): void => {
  chosen = granted;
  remember("consent", granted);
};

export const who = (): Who => ({
  site: table.site,
  visitor: recall("id") || null,
  // A prerendered page is nobody's page view until it is shown.
  page_view: document.prerendering ? undefined : view,
  consent: choice(recall("consent") || chosen),
  gpc: navigator.globalPrivacyControl || undefined,
});
