// forward.js: passes on what the page tells mitate to the analytics that the site names, in the words that each of them
// recommends. Only what a visitor's consent to analytics allows; and what happened before it came, too.
import type { Answer, Reported } from "../../mitate";

type Props = Record<string, unknown>;

interface Told extends Reported {
  name: string;
  experience: string;
  variant: string | null;
  value?: number;
  props?: Props;
}

const page = window as unknown as {
  mitate: { loader: { answer?: Answer; log: [at: number, type: string, detail: unknown][]; table(): { forward: string[] } } };
  dataLayer?: unknown[];
  gtag?: unknown;
  analytics?: { track(...args: unknown[]): void };
};
const { loader } = page.mitate;

/** Give GA4 an event: as gtag.js takes it where the page has that, else as Tag Manager does. The mark says whose it is. */
function ga4(name: string, props: Props): void {
  const layer = page.dataLayer = page.dataLayer || [];
  const marked = page.gtag ? (function (..._: unknown[]) {
    return Object.assign(arguments, { mitate: true });
  })("event", name, props) : { event: name, ...props, mitate: true };
  layer.push(marked);
}

const segment = (name: string, props: Props): void => {
  if (page.analytics) page.analytics.track(name, props);
};

// A value that is none is not a number.
const withValue = (props: Props | undefined, value: number | undefined): Props =>
  value == value ? { ...props, value } : { ...props };

/** What each calls an exposure and the rest; a holdout is a variation of its own. */
const TO: Record<string, Record<string, (event: Told) => void>> = {
  // developers.google.com/analytics/devguides/collection/ga4/integration; names are letters, digits and underscores.
  ga4: {
    exposure: ({ experience, variant }) => ga4("experience_impression", {
      exp_variant_string: `mitate-${experience}-${variant || "holdout"}`,
      experiment_id: experience, variation_id: variant || "holdout",
    }),
    track: ({ name, value, props }) => ga4(name.replace(/\W+/g, "_"), withValue(props, value)),
  },
  // segment.com/docs/connections/spec/ab-testing
  segment: {
    exposure: ({ experience, variant }) => segment("Experiment Viewed", {
      experiment_id: experience, experiment_name: experience,
      variation_id: variant || "holdout", variation_name: variant || "holdout",
    }),
    track: ({ name, value, props }) => segment(name, withValue(props, value)),
  },
};

const forward = (event: Reported): void => {
  const { answer } = loader;
  if (!answer || !answer.purposes.includes("analytics")) return;
  loader.table().forward.forEach((to) => {
    const tell = (TO[to] || {})[event.type];
    try {
      if (tell) tell(event as Told);
    } catch (error) {
      // Analytics that fail are the page's to hear of.
      console.warn(error);
    }
  });
};

document.addEventListener("mitate:event", ({ detail }) => forward(detail));
loader.log.forEach(([, type, detail]) => type == "event" && forward(detail as Reported));
