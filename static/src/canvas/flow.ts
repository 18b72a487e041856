import type { Edge, Node } from "@xyflow/react";

import { t } from "../i18n";
import { pointOf } from "../model/boxes";
import { sizeOf } from "../model/lines";
import { edgeById, edgesOf, exitOf, nodeById, openExits } from "../model/rule";
import type { Draft, Exit, Finding, Point } from "../model/types";
import type { Way } from "../model/way";
import type { Selection } from "../store";
import { edgeTitle, orderOf } from "./derived";
import { cardLabel, wayWords } from "./spoken";

export type RuleFlowNode = Node<Record<string, never>, "card">;
export type RuleFlowEdge = Edge<{ exit: Exit }, "rule">;

export type Look = {
  selection: Selection;
  moving: Record<string, Point> | null;
  /** The one card in the tab order. */
  current: string | null;
  findings: Finding[];
  editable: boolean;
  /** The way of an alarm that is lit. */
  way: Way | null;
};

/** A card with an open branch lies over all others, selected ones too (React Flow lifts those by 1000): its "+" is pressed. */
const OVER_ALL = 1001;

function flowNode(draft: Draft, id: string, look: Look): RuleFlowNode[] {
  const node = nodeById(draft.document, id);
  const position = look.moving?.[id] ?? pointOf(draft.layout, id);
  if (!node || !position) return [];
  const size = sizeOf(node);
  const attributes: Record<string, string | number> = {
    tabIndex: id === look.current ? 0 : -1,
    "data-testid": `node-${id}`,
    "aria-roledescription": t("card"),
  };
  return [
    {
      id,
      type: "card",
      position,
      data: {},
      zIndex: openExits(draft.document, node).length > 0 ? OVER_ALL : 0,
      width: size.width,
      // The model estimates the height; a card whose text is wider in the reader's font grows beyond it.
      style: { minHeight: size.height },
      measured: size,
      selected: look.selection.nodes.includes(id),
      draggable: look.editable,
      connectable: look.editable,
      ariaLabel: [cardLabel(draft.document, id, look.findings), ...wayWords(look.way, id)].join(t(", ")),
      domAttributes: attributes,
    },
  ];
}

/** The cards as React Flow draws them, in outline order, which is also their order in the page. */
export function flowNodes(draft: Draft, look: Look): RuleFlowNode[] {
  return orderOf(draft.document).flatMap((id) => flowNode(draft, id, look));
}

/** The edges as React Flow draws them; an edge without one of its cards cannot be drawn. */
export function flowEdges(draft: Draft, selected: string | null): RuleFlowEdge[] {
  const { document } = draft;
  return edgesOf(document)
    .filter((edge) => nodeById(document, edge.source) && nodeById(document, edge.target))
    .map(({ id }) => {
      const edge = edgeById(document, id);
      const exit = edge ? exitOf(edge) : "plain";
      const attributes: Record<string, string> = { "data-testid": `edge-${id}`, "aria-roledescription": t("edge") };
      return {
        id,
        type: "rule",
        source: edge?.source ?? "",
        target: edge?.target ?? "",
        sourceHandle: exit,
        targetHandle: "in",
        data: { exit },
        selected: id === selected,
        focusable: false,
        ariaLabel: edgeTitle(document, id),
        domAttributes: attributes,
      };
    });
}
