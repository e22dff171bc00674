export const compilerOptions = { isCustomElement: (tag) => tag === "mitate-slot" };
