// Trusted Types: markup comes from the server alone, escaped there; nothing of the page or its address passes through here.
interface Policy {
  createHTML(text: string): string;
  createScriptURL(text: string): string;
}

const same = (text: string): string => text;

export let policy: Policy;

/** Throws where the page's CSP lists trusted types without `mitate`. */
export const register = (): void => {
  policy = { createHTML: same, createScriptURL: same };
  policy = (window as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } })
    .trustedTypes?.createPolicy("mitate", policy) || policy;
};
