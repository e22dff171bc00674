// Trusted Types: markup comes from the server alone, escaped there; nothing of the page or its address passes through here.
interface Policy {
  createHTML(text: string): string;
  createScriptURL(text: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

const same = (text: string): string => text;

/** Throws where the page's CSP lists trusted types without `mitate`. */
export const createPolicy = (): Policy => {
  const rules = { createHTML: same, createScriptURL: same };
  const factory = (window as { trustedTypes?: Factory }).trustedTypes;
  return factory ? factory.createPolicy("mitate", rules) : rules;
};

export type { Policy };
