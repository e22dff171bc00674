import { MitateSlot } from "mitate-react";

export default function Hero({ words }) {
  return (
    <MitateSlot name="hero" className="hero">
      {words && <h2>{words}</h2>}
    </MitateSlot>
  );
}
