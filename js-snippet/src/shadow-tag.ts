// shadow.js: what a tag hands to the loader where a slot of its table is a framework's. A tag from before that is followed
// by the same file as a script, which hands it over by itself.
import { fill, same, styles, TWIN } from "./shadow";
import type { Ready } from "./element/ready";
import type { Shadow } from "./types";

const shadow: Shadow = Object.assign(fill, { same, styles, TWIN });

const { loader } = (window.mitate || {}) as { loader?: Ready };
if (loader && loader.filled && !loader.shadow) {
  loader.shadow = shadow;
  loader.sweep();
}

export default shadow;
