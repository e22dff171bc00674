export { default as Component } from "./Component";
export { default as Element } from "./Element";
export { default as Json } from "./Json";
export { default as Plain } from "./Plain";
export { default as Streamed } from "./Streamed";
