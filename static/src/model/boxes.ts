import { GRID, sizeOf } from "./lines";
import type { Exit, FlowNode, Layout, Point, Size } from "./types";

export type Box = { left: number; top: number; right: number; bottom: number };
/** Cards nothing leads to stand this far below the rest: room for the "+" of an open branch. */
export const LOOSE_GAP = 112;

export type Way = "left" | "right" | "down";

/** Least space between two cards on one row, and between a card and the pill above or below it. */
export const COLUMN_GAP = 24;
export const PLAIN_GAP = 24;
/** Space between two rows: the edges' elbows and words live there. */
export const ROW_GAP = 40;
/** The true exit sits this far left of a card's middle, the false exit as far right. */
export const EXIT_OFFSET = 72;
const SIDES: Record<Exit, number> = { true: -EXIT_OFFSET, plain: 0, false: EXIT_OFFSET };

/** How far from a card's left border an exit sits, in px. */
export function exitLeft(node: FlowNode, exit: Exit): number {
  return sizeOf(node).width / 2 + SIDES[exit];
}

export function boxAt(point: Point, size: Size): Box {
  return { left: point.x, top: point.y, right: point.x + size.width, bottom: point.y + size.height };
}

/** Whether two boxes come closer than the gaps, sideways and downward. */
export function near(a: Box, b: Box, across: number, down: number): boolean {
  return a.left < b.right + across && b.left < a.right + across && a.top < b.bottom + down && b.top < a.bottom + down;
}

/** Where a card stands, if the layout knows. */
export function pointOf(layout: Layout, id: string): Point | undefined {
  return Object.hasOwn(layout.nodes, id) ? layout.nodes[id] : undefined;
}

/** The boxes of those cards that have a place. */
export function boxesOf(nodes: readonly FlowNode[], layout: Layout): Map<string, Box> {
  const boxes = new Map<string, Box>();
  for (const node of nodes) {
    const point = pointOf(layout, node.id);
    if (point) boxes.set(node.id, boxAt(point, sizeOf(node)));
  }
  return boxes;
}

/** How far the moving boxes have to go down until they crowd none of the standing ones they crowd now; 0 when free. */
export function crowding(moving: readonly Box[], standing: readonly Box[]): number {
  let most = 0;
  for (const box of moving) {
    for (const other of standing) {
      if (near(box, other, COLUMN_GAP, PLAIN_GAP)) most = Math.max(most, other.bottom + PLAIN_GAP - box.top);
    }
  }
  return most;
}

/** The smallest box around all of them; nothing around nothing. */
export function boxAround(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

/** A place in whole pixels. */
export function whole({ x, y }: Point): Point {
  // Rounding makes -0 of -0.3, which is not the same value as 0.
  return { x: Math.round(x) + 0, y: Math.round(y) + 0 };
}

/** A coordinate on the 8 px grid. */
export function onGrid(value: number): number {
  return Math.round(value / GRID) * GRID;
}

function past(box: Box, obstacle: Box, way: Way): Point {
  if (way === "left") return { x: obstacle.left - COLUMN_GAP - (box.right - box.left), y: box.top };
  if (way === "right") return { x: obstacle.right + COLUMN_GAP, y: box.top };
  return { x: box.left, y: obstacle.bottom + PLAIN_GAP };
}

/** The first place at or beyond `point`, going one way, where a card of that size crowds no obstacle. */
export function firstFree(point: Point, size: Size, obstacles: readonly Box[], way: Way): Point {
  let place = point;
  for (;;) {
    const box = boxAt(place, size);
    const hit = obstacles.find((obstacle) => near(box, obstacle, COLUMN_GAP, PLAIN_GAP));
    if (!hit) return place;
    place = past(box, hit, way);
  }
}
