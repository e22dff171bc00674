// The one question a page asks.
import { fail, state } from "./state";
import { table } from "./table";
import type { Answer } from "./types";
import { who } from "./visitor";

/** Send JSON. A string body is text/plain, which needs no preflight. A promise, whatever the page has made of fetch. */
export const post = async (path: string, more: object, how?: object): Promise<Response> => fetch(
  `${table.endpoint}/v1/${path}`,
  {
    method: "POST",
    credentials: "omit",
    // A prerendered page is nobody's page view until it is shown.
    body: JSON.stringify({ ...who(), page_view: document.prerendering ? undefined : state.view, ...more }),
    ...how,
  },
);

/** Take an answer for one; a problem report, or whatever a proxy says, lacks something, or throws. */
export const proper = (answer: Answer): Answer | undefined =>
  (answer.decisions && answer.purposes[0] ? answer : undefined);

/** Ask what to show; undefined, and told, when no answer comes. */
export const ask = async (): Promise<Answer | undefined> => {
  let response;
  try {
    response = await post("decide", {
      url: location.href,
      referrer: state.from,
      title: document.title,
      // The first Intl object of a page takes tens of milliseconds.
      zone: window.Temporal?.Now.timeZoneId() || Intl.DateTimeFormat().resolvedOptions().timeZone,
      // The browser's own language is in a header.
      language: document.documentElement.lang,
      touch: navigator.maxTouchPoints > 0,
      screen: screen.width,
      table: table.hash,
      preview: state.preview,
    });
    return proper(await response.json());
  } catch (error) {
    fail("ask", error, { response });
  }
  return undefined;
};
