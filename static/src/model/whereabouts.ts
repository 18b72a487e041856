import { boxAround, boxesOf, type Box } from "./boxes";
import { nodesOf } from "./graph";
import type { Draft } from "./types";

/** How cards stand to the card nearest to them. */
export type Whereabouts = { side: "above" | "below" | "left" | "right" | "over"; of: string };

/** The empty space between two boxes sideways and downward; negative where they overlap. */
function gaps(a: Box, b: Box): { across: number; down: number } {
  return { across: Math.max(a.left - b.right, b.left - a.right), down: Math.max(a.top - b.bottom, b.top - a.bottom) };
}

function apart(a: Box, b: Box): number {
  const { across, down } = gaps(a, b);
  return Math.hypot(Math.max(across, 0), Math.max(down, 0));
}

function sideOf(moved: Box, other: Box): Whereabouts["side"] {
  const { across, down } = gaps(moved, other);
  if (across < 0 && down < 0) return "over";
  if (down >= across) return moved.top < other.top ? "above" : "below";
  return moved.left < other.left ? "left" : "right";
}

/** Where cards stand now, told by the nearest of the others; null when there is no other. */
export function whereabouts({ document, layout }: Draft, ids: readonly string[]): Whereabouts | null {
  const boxes = [...boxesOf(nodesOf(document), layout)];
  const moved = boxAround(boxes.flatMap(([id, box]) => (ids.includes(id) ? [box] : [])));
  const others = boxes.filter(([id]) => !ids.includes(id));
  if (!moved) return null;
  const nearest = others.toSorted(([, a], [, b]) => apart(moved, a) - apart(moved, b))[0];
  return nearest ? { side: sideOf(moved, nearest[1]), of: nearest[0] } : null;
}
