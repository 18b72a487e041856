import { Position, type Edge, type Node, type NodeHandle } from "@xyflow/react";

import { t } from "../i18n";
import { exitLeft, pointOf } from "../model/boxes";
import { sizeOf } from "../model/lines";
import { edgeById, edgesOf, exitOf, exitsOf, kindOf, nodeById, openExits } from "../model/rule";
import type { Draft, Exit, Finding, FlowNode, Point } from "../model/types";
import type { Way } from "../model/way";
import type { Selection } from "../store";
import { edgeTitle, orderOf } from "./derived";
import { labelsOf, wayWords } from "./spoken";

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

/** All that one card on the canvas is made of; while none of it changes, the card is the same object. */
type Parts = { node: FlowNode; x: number; y: number; label: string; open: boolean; current: boolean; selected: boolean; editable: boolean };

function partsOf({ document, layout }: Draft, id: string, look: Look): Parts | null {
  const node = nodeById(document, id);
  const place = look.moving?.[id] ?? pointOf(layout, id);
  if (!node || !place) return null;
  return {
    node,
    x: place.x,
    y: place.y,
    label: [labelsOf(document, look.findings).get(id), ...wayWords(look.way, id)].join(t(", ")),
    open: openExits(document, node).length > 0,
    current: id === look.current,
    selected: look.selection.nodes.includes(id),
    editable: look.editable,
  };
}

function flowNode({ node, x, y, label, open, current, selected, editable }: Parts): RuleFlowNode {
  const { id } = node;
  const size = sizeOf(node);
  const attributes: Record<string, string | number> = {
    tabIndex: current ? 0 : -1,
    "data-testid": `node-${id}`,
    "aria-roledescription": t("card"),
  };
  return {
    id,
    type: "card",
    position: { x, y },
    data: {},
    zIndex: open ? OVER_ALL : 0,
    width: size.width,
    // The model estimates the height; a card whose text is wider in the reader's font grows beyond it.
    style: { minHeight: size.height },
    measured: size,
    selected,
    draggable: editable,
    connectable: editable,
    ariaLabel: label,
    domAttributes: attributes,
  };
}

type Kept = ReadonlyMap<string, { parts: Parts; card: RuleFlowNode }>;
let kept: Kept = new Map();

function same(one: Parts, other: Parts): boolean {
  return (Object.keys(one) as (keyof Parts)[]).every((part) => one[part] === other[part]);
}

/**
 * The cards as React Flow draws them, in outline order, which is also their order in the page. A card that looks as it
 * did the last time is the object it was: React Flow draws only the others anew.
 */
export function flowNodes(draft: Draft, look: Look): RuleFlowNode[] {
  const next = orderOf(draft.document).flatMap((id) => {
    const parts = partsOf(draft, id, look);
    if (!parts) return [];
    const before = kept.get(id);
    return [[id, before && same(before.parts, parts) ? before : { parts, card: flowNode(parts) }] as const];
  });
  kept = new Map(next);
  return next.map(([, { card }]) => card);
}

/** Exits and entries are that wide and high, in px, and centred on the border. */
export const HIT = 24;

function handlesOf(node: FlowNode): NodeHandle[] {
  const { width, height } = sizeOf(node);
  const box = (id: string, x: number, y: number) => ({ id, x: x - HIT / 2, y: y - HIT / 2, width: HIT, height: HIT });
  const exits = exitsOf(kindOf(node)).map((exit): NodeHandle => ({
    ...box(exit, exitLeft(node, exit), height),
    type: "source",
    position: Position.Bottom,
  }));
  return [{ ...box("in", width / 2, 0), type: "target", position: Position.Top }, ...exits];
}

/**
 * The cards of the very first picture, by the cards they stand for, with what is otherwise measured in the page before
 * edges are drawn and the view fits. A card that changes later is as React Flow then measures it: it may be higher than
 * the model thinks.
 */
export function firstNodes({ document }: Draft, nodes: readonly RuleFlowNode[]): ReadonlyMap<RuleFlowNode, RuleFlowNode> {
  const first = new Map<RuleFlowNode, RuleFlowNode>();
  for (const card of nodes) {
    const node = nodeById(document, card.id);
    if (node) first.set(card, { ...card, initialHeight: sizeOf(node).height, handles: handlesOf(node) });
  }
  return first;
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
