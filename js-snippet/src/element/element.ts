// element.js: the custom element <mitate-slot>, and what keeps blocks in shadow roots as the page would have them while it
// lives on: its newest styles, and the classes around them.
import { follow } from "./follow";
import { ready } from "./ready";
import { MitateSlot } from "./slot";

if (!customElements.get("mitate-slot")) {
  customElements.define("mitate-slot", MitateSlot);
  ready(({ filled, shadow }) => shadow && follow(filled, shadow));
}
