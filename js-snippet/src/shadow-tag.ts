// What a tag hands to the loader where a slot of its table is a framework's.
import { fill, same, styles, TWIN } from "./shadow";
import type { Shadow } from "./types";

export default Object.assign(fill, { same, styles, TWIN }) satisfies Shadow;
