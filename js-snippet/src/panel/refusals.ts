// What the page's Content-Security-Policy refused, from before the panel came as well.

export interface Refusal {
  directive: string;
  /** An address, or a word: "inline", "eval", "trusted-types-policy" ... */
  blocked: string;
  /** The script at fault, where the browser says so. */
  source: string;
  sample: string;
  /** Where it happened; known only of what is refused while the panel is here. */
  element?: Element | undefined;
}

interface Report {
  type?: string;
  body: { effectiveDirective?: string; blockedURL?: string; sourceFile?: string; sample?: string } | null;
}

declare const ReportingObserver: undefined | (new (
  tell: (reports: Report[]) => void, options: { types: string[]; buffered: boolean },
) => { observe(): void });

const key = ({ directive, blocked, sample }: Refusal): string => [directive, blocked, sample].join(" ");

/** Collect refusals, each once, and say when there is a new one. */
export const collect = (changed: () => void): Refusal[] => {
  const found = new Map<string, Refusal>();
  const list: Refusal[] = [];
  const add = (refusal: Refusal): void => {
    const known = found.get(key(refusal));
    if (known) {
      known.element = known.element || refusal.element;
      return;
    }
    found.set(key(refusal), refusal);
    list.push(refusal);
    changed();
  };
  document.addEventListener("securitypolicyviolation", (event) => add({
    directive: event.effectiveDirective, blocked: event.blockedURI, source: event.sourceFile, sample: event.sample,
    element: event.target instanceof Element ? event.target : undefined,
  }));
  if (typeof ReportingObserver == "function") {
    new ReportingObserver((reports) => reports.forEach(({ body }) => add({
      directive: body?.effectiveDirective || "", blocked: body?.blockedURL || "", source: body?.sourceFile || "",
      sample: body?.sample || "",
    })), { types: ["csp-violation"], buffered: true }).observe();
  }
  return list;
};
