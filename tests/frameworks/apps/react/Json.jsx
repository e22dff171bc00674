import { MitateSlot } from "mitate-react";

export default function Hero({ words }) {
  return (
    <MitateSlot name="hero" className="hero" fallback={<h2>{words}</h2>}>
      {({ json }) => <h2>{json ? json.title : words}</h2>}
    </MitateSlot>
  );
}
