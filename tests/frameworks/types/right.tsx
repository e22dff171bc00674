// What a React application may write, checked as strictly as TypeScript can.
import type { ReactNode } from "react";
import { MitateSlot, useDecision, type MitateSlotProps } from "mitate-react";

function Columns(): ReactNode {
  const decision = useDecision("shelf");
  const reason: string | undefined = decision?.reason;
  return <p title={reason}>{decision?.variant ?? "the page's own"}</p>;
}

export function Page({ initial }: { initial: NonNullable<ReturnType<typeof useDecision>> }): ReactNode {
  const props: MitateSlotProps = { name: "foot", reserve: "3rem" };
  return (
    <main>
      <MitateSlot name="hero" />
      <MitateSlot name="hero" reserve="300px" className="hero" id="hero" aria-label="Hero" onClick={() => undefined}>
        <h1>The page's own words</h1>
      </MitateSlot>
      <MitateSlot name="shelf" fallback={<p>Ours</p>} initial={initial}>
        {({ json, reason }) => <p>{typeof json === "string" ? json : reason}</p>}
      </MitateSlot>
      <MitateSlot {...props} />
      <mitate-slot name="cta" reserve="2em" className="cta"><b>Words</b></mitate-slot>
      <Columns />
    </main>
  );
}
