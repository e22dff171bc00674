import { Suspense, use } from "react";
import { MitateSlot } from "mitate-react";

function Words({ words }) {
  return <h2>{use(words)}</h2>;
}

export default function Hero({ words }) {
  return (
    <MitateSlot name="hero" className="hero">
      <Suspense fallback={<p>Loading</p>}><Words words={words} /></Suspense>
    </MitateSlot>
  );
}
