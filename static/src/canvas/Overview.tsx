import { MiniMap, useStore } from "@xyflow/react";

import { t } from "../i18n";
import { boxesOf } from "../model/boxes";
import { kindOf, nodeById, nodesOf } from "../model/rule";
import { usePictured } from "../parts/usePictured";
import { useEditor } from "../store";
import type { RuleFlowNode } from "./flow";

function kindClass(node: RuleFlowNode, selected: readonly string[], doc: Parameters<typeof nodeById>[0]): string {
  const found = nodeById(doc, node.id);
  const kind = found ? kindOf(found) : "unknown";
  return `mini-${kind} ${selected.includes(node.id) ? "is-selected" : ""}`;
}

/** The whole rule in small, shown only while a part of it is out of sight. */
export function Overview() {
  const { document, layout } = useEditor(({ history }) => history.present);
  const selected = useEditor(({ selection }) => selection.nodes);
  const outgrown = useStore(({ width, height, transform: [x, y, zoom] }) => {
    const boxes = [...boxesOf(nodesOf(document), layout).values()];
    return boxes.some(
      (box) => box.left * zoom + x < -1 || box.top * zoom + y < -1 || box.right * zoom + x > width + 1 || box.bottom * zoom + y > height + 1,
    );
  });
  const pictured = usePictured();
  if (!outgrown || !pictured) return null;
  return (
    <MiniMap<RuleFlowNode>
      className="minimap"
      position="top-right"
      pannable
      zoomable
      ariaLabel={t("Overview")}
      nodeBorderRadius={8}
      nodeClassName={(node) => kindClass(node, selected, document)}
    />
  );
}
