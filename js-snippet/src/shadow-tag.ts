// shadow.js: what a tag hands to the loader where a slot of its table is a framework's. A tag from before that is followed
// by the same file as a script, which hands it over by itself.
import { fill, same, styles, TWIN } from "./shadow";
import type { Loader, Shadow } from "./types";

const shadow: Shadow = Object.assign(fill, { same, styles, TWIN });

const { loader } = (window.mitate || {}) as { loader?: Loader };
if (loader && !loader[0].shadow) {
  loader[0].shadow = shadow;
  loader[12]();
}

export default shadow;
