import { boxAt, boxesOf, COLUMN_GAP, EXIT_OFFSET, LOOSE_GAP, near, PLAIN_GAP, ROW_GAP, type Box } from "./boxes";
import { edgesInto, edgesOf, exitOf, kindOf, nodeById, nodesOf, properEdges, strayEdges } from "./graph";
import { CARD_WIDTH, GRID, sizeOf } from "./lines";
import { order } from "./outline";
import type { Exit, FlowEdge, FlowNode, Layout, Point, RuleDocument, Size } from "./types";

export type Sizes = Record<string, Size>;

type Child = { id: string; exit: Exit | "stray" };
/** A card with everything below it; x counts from the card's middle, y from its top. */
type Block = Map<string, Box>;

function shift(block: Block, dx: number, dy: number): Block {
  return new Map(
    Array.from(block, ([id, box]) => [
      id,
      { left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy },
    ]),
  );
}

/** How far `left` has to move left, in steps of the grid, until it crowds nothing of `right` on a shared row. */
function overhang(left: Block, right: Block): number {
  let most = 0;
  for (const a of left.values()) {
    for (const b of right.values()) {
      const sharedRow = a.top < b.bottom + ROW_GAP && b.top < a.bottom + ROW_GAP;
      if (sharedRow) most = Math.max(most, a.right + COLUMN_GAP - b.left);
    }
  }
  return Math.ceil(most / GRID) * GRID;
}

type Lead = { source: string; child: Child };

/** Every edge of the rule, card by card in outline order, a card's proper exits before its strays. */
function leadsOf(doc: RuleDocument, ids: readonly string[]): Lead[] {
  return ids.flatMap((id) => {
    const node = nodeById(doc, id);
    if (!node) return [];
    const proper = properEdges(doc, node).map((edge): Lead => ({
      source: id,
      child: { id: edge.target, exit: exitOf(edge) },
    }));
    const stray = strayEdges(doc, node).map((edge): Lead => ({
      source: id,
      child: { id: edge.target, exit: "stray" },
    }));
    return [...proper, ...stray];
  });
}

/** What hangs under each card. A card hangs under the first card that leads to it, End under the last. */
function hang(doc: RuleDocument, ids: readonly string[]): Map<string, Child[]> {
  const rank = new Map(ids.map((id, index) => [id, index]));
  const leads = leadsOf(doc, ids);
  const leaving = new Set(leads.map(({ source }) => source));
  const chosen = new Map<string, Lead>();
  for (const lead of leads) {
    const target = nodeById(doc, lead.child.id);
    if (!target) continue;
    const forward = (rank.get(lead.source) ?? 0) < (rank.get(target.id) ?? 0);
    const lastWins = kindOf(target) === "end" && !leaving.has(target.id);
    if (lastWins || (forward && !chosen.has(target.id))) chosen.set(target.id, lead);
  }
  const children = new Map<string, Child[]>();
  for (const lead of leads) {
    if (chosen.get(lead.child.id) !== lead) continue;
    children.set(lead.source, [...(children.get(lead.source) ?? []), lead.child]);
  }
  return children;
}

class Staircase {
  constructor(
    private readonly children: Map<string, Child[]>,
    private readonly size: (id: string) => Size,
  ) {}

  /** The card and all below it. `beside` is the height of its true neighbour on the same row. */
  block(id: string, beside: number): Block {
    const { width, height } = this.size(id);
    const block: Block = new Map([[id, { left: -width / 2, right: width / 2, top: 0, bottom: height }]]);
    const children = this.children.get(id) ?? [];
    const row = Math.max(height, beside) + ROW_GAP;
    const upright = this.falseSide(children, row);
    const left = this.trueSide(children, upright, row);
    const plain = children.find((child) => child.exit === "plain");
    const under = plain ? shift(this.block(plain.id, 0), 0, height + PLAIN_GAP) : new Map<string, Box>();
    for (const part of [left, upright, under]) for (const [key, box] of part) block.set(key, box);
    for (const child of children.filter(({ exit }) => exit === "stray")) this.append(block, child.id, row);
    return block;
  }

  private falseSide(children: Child[], row: number): Block {
    const child = children.find(({ exit }) => exit === "false");
    if (!child) return new Map();
    const beside = children.find(({ exit }) => exit === "true");
    return shift(this.block(child.id, beside ? this.size(beside.id).height : 0), EXIT_OFFSET, row);
  }

  /** One card to the left of the false child, which keeps its room while the false branch is open. */
  private trueSide(children: Child[], right: Block, row: number): Block {
    const child = children.find(({ exit }) => exit === "true");
    if (!child) return new Map();
    const sibling = children.find(({ exit }) => exit === "false");
    const siblingWidth = sibling ? this.size(sibling.id).width : CARD_WIDTH;
    const middle = EXIT_OFFSET - siblingWidth / 2 - COLUMN_GAP - this.size(child.id).width / 2;
    const left = shift(this.block(child.id, 0), middle, row);
    return shift(left, -overhang(left, right), 0);
  }

  /** Puts one more block on a row, right of whatever is there. */
  append(block: Block, id: string, row: number): void {
    const more = shift(this.block(id, 0), 0, row);
    for (const [key, box] of shift(more, overhang(block, more), 0)) block.set(key, box);
  }
}

function normalized(block: Block): Layout {
  const boxes = [...block.values()];
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const nodes = Array.from(block, ([id, box]): [string, Point] => [
    id,
    { x: Math.round(box.left - left), y: Math.round(box.top - top) },
  ]);
  return { nodes: Object.fromEntries(nodes) };
}

/** The size of every card by id. */
export function sizesOf(doc: RuleDocument): Sizes {
  return Object.fromEntries(nodesOf(doc).map((node) => [node.id, sizeOf(node)]));
}

/**
 * The gentle staircase: the false child straight under its exit, the true child one card to the left on the
 * same row. Deterministic, in whole px from (0, 0); no two cards overlap and true stands left of false.
 * A card with several entries hangs under the first card that leads to it, End under the last.
 */
export function arrangeTree(doc: RuleDocument, sizes: Sizes = sizesOf(doc)): Layout {
  const ids = order(doc);
  const children = hang(doc, ids);
  const hung = new Set([...children.values()].flat().map((child) => child.id));
  const staircase = new Staircase(children, (id) => sizes[id] ?? { width: CARD_WIDTH, height: 64 });
  const [first, ...loose] = ids.filter((id) => !hung.has(id));
  if (first === undefined) return { nodes: {} };
  const block = staircase.block(first, 0);
  const row = Math.max(...[...block.values()].map((box) => box.bottom)) + LOOSE_GAP;
  for (const id of loose) staircase.append(block, id, row);
  return normalized(block);
}

function exitX(box: Box, edge: FlowEdge): number {
  const offset = { plain: 0, true: -EXIT_OFFSET, false: EXIT_OFFSET }[exitOf(edge)];
  return (box.left + box.right) / 2 + offset;
}

/** Whether an edge runs free in the staircase: down from its exit, then across above its target. */
function runsFree(edge: FlowEdge, boxes: ReadonlyMap<string, Box>): boolean {
  const from = boxes.get(edge.source);
  const to = boxes.get(edge.target);
  if (!from || !to || to.top < from.bottom + PLAIN_GAP) return false;
  const x = exitX(from, edge);
  const middle = (to.left + to.right) / 2;
  const down: Box = { left: x, right: x, top: from.bottom, bottom: to.top };
  const across: Box = {
    left: Math.min(x, middle),
    right: Math.max(x, middle),
    top: to.top - PLAIN_GAP,
    bottom: to.top,
  };
  return Array.from(boxes).every(
    ([id, box]) => id === edge.source || id === edge.target || (!near(box, down, 0, 0) && !near(box, across, 0, 0)),
  );
}

function staircaseHolds(doc: RuleDocument, end: FlowNode): boolean {
  const boxes = boxesOf(nodesOf(doc), arrangeTree(doc));
  return edgesInto(doc, end.id).every((edge) => runsFree(edge, boxes));
}

/** Whether branches meet in a way the staircase cannot draw: at a card, or at End with cards in between. */
export function hasJoins(doc: RuleDocument): boolean {
  const joined = nodesOf(doc).filter((node) => edgesInto(doc, node.id).length > 1);
  return joined.some((node) => kindOf(node) !== "end" || !staircaseHolds(doc, node));
}

/** Layered layout for flows with joins. Loaded on first use: most rules are trees and never need it. */
async function arrangeLayers(doc: RuleDocument): Promise<Layout> {
  const { graphlib, layout } = await import("@dagrejs/dagre");
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: COLUMN_GAP, ranksep: ROW_GAP });
  const ids = order(doc);
  for (const id of ids) {
    const node = nodeById(doc, id);
    if (node) graph.setNode(id, { ...sizeOf(node) });
  }
  // Without its ordering heuristic dagre keeps the order of insertion: true edges first stay left.
  for (const edge of edgesInOrder(doc, ids)) graph.setEdge(edge.source, edge.target, {}, edge.id);
  layout(graph, { disableOptimalOrderHeuristic: true });
  const block: Block = new Map(
    ids.map((id) => {
      const { x, y, width, height } = graph.node(id) as Point & Size;
      return [id, boxAt({ x: Math.round(x - width / 2), y: Math.round(y - height / 2) }, { width, height })];
    }),
  );
  return normalized(block);
}

function edgesInOrder(doc: RuleDocument, ids: readonly string[]): FlowEdge[] {
  const known = new Set(ids);
  const rank = new Map(
    edgesOf(doc).map((edge) => [edge, ids.indexOf(edge.source) * 2 + Number(exitOf(edge) !== "true")]),
  );
  return [...rank.keys()]
    .filter((edge) => known.has(edge.source) && known.has(edge.target) && edge.source !== edge.target)
    .sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
}

/** Where "tidy" puts every card: the staircase, or layers when branches meet. */
export async function arrange(doc: RuleDocument): Promise<Layout> {
  return hasJoins(doc) ? arrangeLayers(doc) : arrangeTree(doc);
}
