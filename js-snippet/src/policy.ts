// Trusted Types: markup comes from the server alone, escaped there; nothing of the page or its address passes through here.
interface Policy {
  createHTML(text: string): string;
  createScriptURL(text: string): string;
}

interface Factory {
  createPolicy(name: string, rules: Policy): Policy;
}

const same = (text: string): string => text;

export let policy: Policy = { createHTML: same, createScriptURL: same };

/** Throws where the page's CSP lists trusted types without `mitate`. */
export const register = (): void => {
  const { trustedTypes } = window as { trustedTypes?: Factory };
  if (trustedTypes) policy = trustedTypes.createPolicy("mitate", policy);
};
