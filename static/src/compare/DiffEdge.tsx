import { EdgeLabelRenderer, type Edge, type EdgeProps } from "@xyflow/react";

import { edgeLine } from "../canvas/path";
import { t } from "../i18n";
import type { PictureEdge } from "../model/picture";
import { Icon } from "../parts/Icon";

export type DiffFlowEdge = Edge<{ edge: PictureEdge }, "diff">;

/** Exits and entries are 24 px wide and centred on the border; React Flow counts from their outer side. */
const HALF_HIT = 12;

function wordOf({ exit, mark }: PictureEdge): string {
  if (mark !== "removed") return exit === "plain" ? "" : t(exit);
  return exit === "plain" ? t("led here before") : t("{branch} before", { branch: t(exit) });
}

/** A branch of either version: dotted where only the earlier one has it, with a sign where only the later one does. */
export function DiffEdge({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<DiffFlowEdge>) {
  if (!data) return null;
  const { edge } = data;
  const { line, head, word } = edgeLine({ x: sourceX, y: sourceY - HALF_HIT }, { x: targetX, y: targetY + HALF_HIT });
  const look = edge.mark === "removed" ? "gone" : edge.exit;
  const isNew = edge.mark === "added" || edge.mark === "changed";
  const text = wordOf(edge);
  return (
    <>
      <path className={`edge ${look} ${isNew ? "is-new" : ""}`} d={line} />
      <path className={`tip-end ${look}`} d={head} />
      {(text !== "" || isNew) && (
        <EdgeLabelRenderer>
          <div className="edge-word" style={{ transform: `translate(${word.x}px, ${word.y}px)` }}>
            <span className={`elabel ${look} ${isNew ? "is-new" : ""}`}>
              {edge.mark === "added" && <Icon name="plus" />}
              {edge.mark === "changed" && <Icon name="tilde" />}
              {edge.mark === "removed" && <Icon name="minus" />}
              {text === "" ? t("new") : text}
            </span>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
}
