import { getBezierPath, Position, type ConnectionLineComponentProps } from "@xyflow/react";

import type { RuleFlowNode } from "./flow";
import { useUi } from "./ui";

/** The line that follows the pointer while a connection is dragged; gone as soon as it is given up. */
export function Wire({ fromX, fromY, toX, toY }: ConnectionLineComponentProps<RuleFlowNode>) {
  const active = useUi((state) => state.connecting !== null);
  if (!active) return null;
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY - 12,
    sourcePosition: Position.Bottom,
    targetX: toX,
    targetY: toY,
    targetPosition: Position.Top,
  });
  return (
    <g>
      <path className="edge is-drag" d={path} />
      <circle cx={toX} cy={toY} r="5" className="wire-end" />
    </g>
  );
}
