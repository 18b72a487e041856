import { boxAround, crowding, onGrid, type Box } from "./boxes";
import { GRID } from "./lines";
import type { Point } from "./types";

function moved(boxes: readonly Box[], { x, y }: Point): Box[] {
  return boxes.map((box) => ({ left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y }));
}

/** The same boxes with down and right exchanged; the gaps between cards are the same both ways. */
function turned(boxes: readonly Box[]): Box[] {
  return boxes.map((box) => ({ left: box.top, right: box.bottom, top: box.left, bottom: box.right }));
}

/** How far down boxes have to go, in steps of the grid, until they crowd nothing that stands. */
function wayDown(boxes: readonly Box[], standing: readonly Box[]): number {
  let way = 0;
  for (let more = crowding(boxes, standing); more > 0; more = crowding(moved(boxes, { x: 0, y: way }), standing)) {
    way += Math.ceil(more / GRID) * GRID;
  }
  return way;
}

/**
 * How far cards that stay together have to move so that their upper left corner lies at `at`, on the grid, or as
 * near as they crowd nothing that stands: to the right or down, whichever is shorter.
 */
export function settle(piece: readonly Box[], standing: readonly Box[], at: Point): Point {
  const around = boxAround(piece);
  if (!around) return { x: 0, y: 0 };
  const wish = { x: onGrid(at.x) - around.left, y: onGrid(at.y) - around.top };
  const there = moved(piece, wish);
  const down = wayDown(there, standing);
  const right = wayDown(turned(there), turned(standing));
  return right < down ? { x: wish.x + right, y: wish.y } : { x: wish.x, y: wish.y + down };
}
