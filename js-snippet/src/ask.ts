// The one question a page asks.
import { table } from "./table";
import type { Answer } from "./types";
import { who } from "./visitor";

/** Send JSON. A string body is text/plain, which needs no preflight; `leaving` lets it outlive the page. */
export const post = (path: string, more: object, leaving?: boolean): Promise<Response> => {
  const body = JSON.stringify({ ...who(), ...more });
  // Browsers refuse to carry more than 64 kB beyond the page's life.
  return fetch(`${table.endpoint}/v1/${path}`, {
    method: "POST", credentials: "omit", body, keepalive: leaving && body.length < 2e4,
  } as RequestInit);
};

/** Ask what to show; an answer that is none is the caller's to find. */
export const ask = (): Promise<Answer> =>
  post("decide", {
    url: location.href,
    referrer: document.referrer,
    title: document.title,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    language: navigator.language,
    touch: navigator.maxTouchPoints > 0,
    screen: screen.width,
    table: table.hash,
  }).then((response) => response.json());
