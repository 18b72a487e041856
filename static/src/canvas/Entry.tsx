import { Handle, Position } from "@xyflow/react";

/** Where edges enter a card. The whole card takes a wire; this is the point it then ends at. */
export function Entry({ id }: { id: string }) {
  return (
    <Handle
      type="target"
      id="in"
      position={Position.Top}
      isConnectableStart={false}
      className="entry"
      data-testid={`handle-${id}-in`}
      aria-hidden="true"
    />
  );
}
