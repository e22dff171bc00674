export { default as Element } from "./Element.svelte";
export { default as Plain } from "./Plain.svelte";
