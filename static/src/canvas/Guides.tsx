import { ViewportPortal } from "@xyflow/react";

import type { Guide } from "../model/align";
import { useUi } from "./ui";

function Line({ axis, at, from, to }: Guide) {
  const [x, y] = axis === "x" ? [at, from] : [from, at];
  const length = to - from;
  const size = axis === "x" ? { height: length } : { width: length };
  return <div className={`guide ${axis}`} data-testid="guide" style={{ transform: `translate(${x}px, ${y}px)`, ...size }} />;
}

/** While cards are dragged: the lines on which they stand with others. */
export function Guides() {
  const guides = useUi((state) => state.guides);
  return (
    <ViewportPortal>
      {guides.map((guide) => (
        <Line key={`${guide.axis} ${guide.at}`} {...guide} />
      ))}
    </ViewportPortal>
  );
}
