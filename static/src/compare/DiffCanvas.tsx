import { ReactFlow, ReactFlowProvider, useOnViewportChange, useReactFlow, type EdgeTypes, type NodeTypes } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";

import { FIT, motion } from "../canvas/view";
import { t } from "../i18n";
import { pictureOf } from "../model/picture";
import { cardTitles, hasFlow } from "../model/rule";
import { NoFlow } from "../parts/NoFlow";
import { DiffCard, type DiffNode } from "./DiffCard";
import { DiffEdge, type DiffFlowEdge } from "./DiffEdge";
import type { Comparison } from "./rows";

const NODE_TYPES: NodeTypes = { diff: DiffCard };
const EDGE_TYPES: EdgeTypes = { diff: DiffEdge };
/** A card that is shown is shown large enough to be read. */
const LEAST_ZOOM = 0.65;

type Props = { comparison: Comparison; shown: readonly string[]; onChoose?: (card: string) => void };

function usePicture({ before, after, changes }: Comparison, shown: readonly string[]) {
  const picture = useMemo(() => pictureOf(before, after, changes), [before, after, changes]);
  return useMemo(() => {
    const [old, now] = [cardTitles(before.document, t), cardTitles(after.document, t)];
    const nameOf = (id: string): string => now.get(id) ?? old.get(id) ?? id;
    const nodes = picture.cards.map((card): DiffNode => ({
      id: card.id,
      type: "diff",
      position: card.point,
      data: { card, title: nameOf(card.id), current: shown.includes(card.id) },
      width: card.size.width,
      style: { minHeight: card.size.height },
      measured: card.size,
      draggable: false,
      selectable: false,
      focusable: false,
    }));
    const edges = picture.edges.map((edge): DiffFlowEdge => ({
      id: edge.key,
      type: "diff",
      source: edge.source,
      target: edge.target,
      sourceHandle: edge.exit,
      targetHandle: "in",
      data: { edge },
      ariaLabel: t("{from}, to {to}", { from: nameOf(edge.source), to: nameOf(edge.target) }),
      domAttributes: { "aria-roledescription": t("edge") },
      focusable: false,
    }));
    return { nodes, edges };
  }, [picture, before, after, shown]);
}

/** Whether a card can be read where it is: wholly in view, and not too small. */
function isReadable(id: string, zoom: number): boolean {
  const card = document.querySelector(`.diff-canvas .react-flow__node[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect();
  const view = card && document.querySelector(".diff-canvas")?.getBoundingClientRect();
  if (!view || zoom < LEAST_ZOOM) return false;
  return card.left >= view.left && card.right <= view.right && card.top >= view.top && card.bottom <= view.bottom;
}

/** Brings what is shown to the middle unless it is in view, and the whole picture into view when there is another one. */
function Follow({ shown, picture }: { shown: readonly string[]; picture: unknown }) {
  const { fitView, getZoom, getNode, setCenter } = useReactFlow<DiffNode, DiffFlowEdge>();
  useEffect(() => { void fitView({ ...FIT, duration: 0 }); }, [picture, fitView]);
  useEffect(() => {
    const node = shown[0] === undefined ? undefined : getNode(shown[0]);
    if (!node || isReadable(node.id, getZoom())) return;
    const { position, measured } = node;
    const [width, height] = [measured?.width ?? 0, measured?.height ?? 0];
    const options = { zoom: Math.max(getZoom(), LEAST_ZOOM), duration: motion() };
    void setCenter(position.x + width / 2, position.y + height / 2, options);
  }, [shown, getNode, getZoom, setCenter]);
  return null;
}

function ZoomWatch({ onZoom }: { onZoom: (zoom: number) => void }) {
  useOnViewportChange({ onChange: ({ zoom }) => { onZoom(zoom); } });
  return null;
}

/** Two versions of a rule in one picture that can be moved and zoomed, and not changed. */
export function DiffCanvas({ comparison, shown, onChoose }: Props) {
  const { nodes, edges } = usePicture(comparison, shown);
  const ref = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  useEffect(() => { ref.current?.style.setProperty("--z", String(zoom)); }, [zoom]);
  const { before, after } = comparison;
  if (!hasFlow(before.document) && !hasFlow(after.document)) {
    return <NoFlow words={t("It lists its conditions under “detail”, the older form. The list tells what differs.")} />;
  }
  return (
    <div ref={ref} className="canvas diff-canvas" data-testid="diff-canvas">
      <h2 className="hide">{t("Picture of both versions")}</h2>
      <ReactFlowProvider>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          aria-label={t("Picture of both versions")}
          fitView
          fitViewOptions={FIT}
          minZoom={FIT.minZoom}
          maxZoom={2}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          deleteKeyCode={null}
          disableKeyboardA11y
          onNodeClick={(_, node) => { onChoose?.(node.id); }}
        >
          <Follow shown={shown} picture={comparison} />
          <ZoomWatch onZoom={setZoom} />
        </ReactFlow>
      </ReactFlowProvider>
    </div>
  );
}
