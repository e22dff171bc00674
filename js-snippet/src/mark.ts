/** What a settled element carries: "variant" or "default". */
export const MARK = "data-mitate-state";
