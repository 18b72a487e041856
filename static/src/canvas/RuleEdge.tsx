import { EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";

import { t } from "../i18n";
import { whole } from "../model/boxes";
import { useEditor } from "../store";
import { EdgeTools } from "./EdgeTools";
import { HIT, type RuleFlowEdge } from "./flow";
import { keepHover, leaveEdge } from "./hover";
import { edgeLine } from "./path";
import { useUi } from "./ui";
import { useEdgeOnWay, wayLook } from "./way";

/** React Flow counts from the outer side of exits and entries. */
const HALF_HIT = HIT / 2;

/** A branch: green and solid for true, amber and dashed for false, always with the word. */
export function RuleEdge({ id, sourceX, sourceY, targetX, targetY, data, selected }: EdgeProps<RuleFlowEdge>) {
  const exit = data?.exit ?? "plain";
  const hovered = useUi((state) => state.hoverEdge === id);
  const editable = useEditor(({ can }) => can.edit);
  const connecting = useUi((state) => state.connecting !== null);
  // Measured at another zoom than 1 they are off by a hair, which is enough to round an elbow the other way.
  const from = whole({ x: sourceX, y: sourceY - HALF_HIT });
  const to = whole({ x: targetX, y: targetY + HALF_HIT });
  const { line, head, word } = edgeLine(from, to);
  const way = wayLook(useEdgeOnWay(id));
  const look = `${exit} ${way} ${hovered ? "is-hover" : ""} ${selected ? "is-selected" : ""}`;
  return (
    <>
      {selected && <path className="edge-halo" d={line} />}
      <path className={`edge ${look}`} d={line} />
      <path className={`tip-end ${exit} ${way}`} d={head} />
      <path className="react-flow__edge-interaction" d={line} fill="none" strokeOpacity={0} strokeWidth={20} />
      <EdgeLabelRenderer>
        <div
          className="edge-word"
          role="presentation"
          style={{ transform: `translate(${word.x}px, ${word.y}px)` }}
          onMouseEnter={() => { keepHover(id); }}
          onMouseLeave={leaveEdge}
        >
          {/* The edge itself is what assistive technology reads; the word is a larger place to press it. */}
          {exit !== "plain" && (
            <span className={`elabel ${exit} ${way}`} aria-hidden="true">
              {t(exit)}
            </span>
          )}
          {editable && !connecting && (hovered || selected) && <EdgeTools id={id} beside={exit !== "plain"} />}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}
