// element.js: the custom element <mitate-slot>, and what keeps blocks in shadow roots as the page would have them while it
// lives on: its newest styles, and the classes around them.
import type { Loader } from "../types";
import { follow } from "./follow";
import { MitateSlot } from "./slot";

const { loader } = (window.mitate || {}) as { loader?: Loader };

if (!customElements.get("mitate-slot")) customElements.define("mitate-slot", MitateSlot);
// The tag brings shadow.js where the site document says that a slot is a framework's.
if (loader && loader[0].shadow) follow(loader[3], loader[0].shadow);
