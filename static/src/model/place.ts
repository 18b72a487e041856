import { arrangeTree } from "./arrange";
import {
  boxesOf,
  COLUMN_GAP,
  EXIT_OFFSET,
  firstFree,
  LOOSE_GAP,
  near,
  PLAIN_GAP,
  pointOf,
  ROW_GAP,
  whole,
  type Box,
  type Way,
} from "./boxes";
import { edgeFrom, edgesInto, edgesOf, exitOf, hasFlow, kindOf, nodeById, nodesOf } from "./graph";
import { CARD_WIDTH, sizeOf } from "./lines";
import { order } from "./outline";
import { withResponses } from "./responses";
import type { Draft, ExitRef, FlowNode, Layout, Point, Responses, RuleDocument, Size } from "./types";

const WAYS: Record<ExitRef["exit"], Way> = { true: "left", false: "right", plain: "down" };

function middle(box: Box): number {
  return (box.left + box.right) / 2;
}

/** The lowest of a card and its true neighbour on the same row: the row below starts under both. */
export function rowBottom(doc: RuleDocument, id: string, box: Box, boxes: ReadonlyMap<string, Box>): number {
  const into = edgesInto(doc, id).find((edge) => exitOf(edge) === "false");
  const trueEdge = into && edgeFrom(doc, into.source, "true");
  const neighbour = trueEdge && boxes.get(trueEdge.target);
  return neighbour?.top === box.top ? Math.max(box.bottom, neighbour.bottom) : box.bottom;
}

function childSpot(doc: RuleDocument, from: ExitRef, size: Size, boxes: ReadonlyMap<string, Box>): Point | null {
  const source = boxes.get(from.id);
  if (!source) return null;
  const centre = middle(source);
  if (from.exit === "plain") return { x: centre - size.width / 2, y: source.bottom + PLAIN_GAP };
  const other = edgeFrom(doc, from.id, from.exit === "true" ? "false" : "true");
  const sibling = other && boxes.get(other.target);
  const below = sibling && sibling.top >= source.bottom ? sibling : undefined;
  const y = below?.top ?? rowBottom(doc, from.id, source, boxes) + ROW_GAP;
  if (from.exit === "false") return { x: centre + EXIT_OFFSET - size.width / 2, y };
  const right = below?.left ?? centre + EXIT_OFFSET - CARD_WIDTH / 2;
  return { x: right - COLUMN_GAP - size.width, y };
}

function underAll(boxes: readonly Box[]): Point {
  if (boxes.length === 0) return { x: 0, y: 0 };
  return {
    x: Math.min(...boxes.map((box) => box.left)),
    y: Math.max(...boxes.map((box) => box.bottom)) + ROW_GAP,
  };
}

/** Whether a node is an End that no edge touches: it waits below and makes way for cards. */
export function isLooseEnd(doc: RuleDocument, node: FlowNode): boolean {
  const touched = edgesOf(doc).some((edge) => edge.source === node.id || edge.target === node.id);
  return kindOf(node) === "end" && !touched;
}

/** The layout with loose Ends that crowd a card moved below all cards. */
export function yieldEnd(doc: RuleDocument, layout: Layout): Layout {
  const boxes = boxesOf(nodesOf(doc), layout);
  let settled = layout;
  for (const node of nodesOf(doc).filter((candidate) => isLooseEnd(doc, candidate))) {
    const box = boxes.get(node.id);
    const others = Array.from(boxes).flatMap(([id, other]) => (id === node.id ? [] : [other]));
    if (!box || !others.some((other) => near(box, other, COLUMN_GAP, PLAIN_GAP))) continue;
    const y = Math.max(...others.map((other) => other.bottom)) + LOOSE_GAP;
    settled = { ...settled, nodes: { ...settled.nodes, [node.id]: { x: box.left, y } } };
  }
  return settled;
}

/** The boxes a new card may not crowd: those of all cards but a loose End. */
function obstacleBoxes(doc: RuleDocument, layout: Layout): Map<string, Box> {
  return boxesOf(
    nodesOf(doc).filter((node) => !isLooseEnd(doc, node)),
    layout,
  );
}

/** Where a card of that size that was wished at a place goes: there, or as little below as it crowds nothing. */
export function freeAt({ document, layout }: Draft, wish: Point, size: Size): Point {
  return whole(firstFree(wish, size, [...obstacleBoxes(document, layout).values()], "down"));
}

/**
 * Where a new card of that size goes: by the staircase rule from the exit it hangs on, or else under all cards;
 * moved on to the first free place when something stands there. A loose End is no obstacle.
 */
export function spotFor(doc: RuleDocument, layout: Layout, size: Size, from: ExitRef | null): Point {
  const boxes = obstacleBoxes(doc, layout);
  const obstacles = [...boxes.values()];
  const wished = from && childSpot(doc, from, size, boxes);
  const place = wished
    ? firstFree(wished, size, obstacles, WAYS[from.exit])
    : firstFree(underAll(obstacles), size, obstacles, "down");
  return { x: Math.round(place.x), y: Math.round(place.y) };
}

/** A layout in which every card of the rule has a place, and only they: known places stay. */
export function completeLayout(doc: RuleDocument, known: Layout): Layout {
  const ids = order(doc);
  const kept = ids.flatMap((id): [string, Point][] => {
    const point = pointOf(known, id);
    return point ? [[id, point]] : [];
  });
  if (kept.length === 0) return { ...known, nodes: arrangeTree(doc).nodes };
  let layout: Layout = { ...known, nodes: Object.fromEntries(kept) };
  for (const id of ids) {
    const node = nodeById(doc, id);
    if (!node || pointOf(layout, id)) continue;
    const into = edgesInto(doc, id).find((edge) => pointOf(layout, edge.source));
    const from = into ? { id: into.source, exit: exitOf(into) } : null;
    layout = { ...layout, nodes: { ...layout.nodes, [id]: spotFor(doc, layout, sizeOf(node), from) } };
  }
  return yieldEnd(doc, layout);
}

/** A stored version as a draft: cards it has no place for get one. */
export function openedDraft(document: RuleDocument, layout: Layout, responses: Responses = {}): Draft {
  const draft = { document, layout: hasFlow(document) ? completeLayout(document, layout) : layout };
  return withResponses(draft, responses);
}
