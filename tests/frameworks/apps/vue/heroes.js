export { default as Element } from "./Element.vue";
export { default as Plain } from "./Plain.vue";
