import { snapTo, type Snap } from "../model/align";
import { boxesOf } from "../model/boxes";
import { nodesOf } from "../model/rule";
import type { Point } from "../model/types";
import { editor } from "../store";
import { seenBox } from "./view";

/** Where dragged cards come to stand beside the others that can be seen, and the lines they then stand on. */
export function snapDragged(places: Record<string, Point>): Snap & { places: Record<string, Point> } {
  const { document, layout } = editor.getState().history.present;
  const all = nodesOf(document);
  const dragged = boxesOf(all, { nodes: places });
  const seen = seenBox();
  const others = [...boxesOf(all, layout)].filter(
    ([id, box]) =>
      !dragged.has(id) && box.left < seen.right && box.right > seen.left && box.top < seen.bottom && box.bottom > seen.top,
  );
  const snap = snapTo(
    [...dragged.values()],
    others.map(([, box]) => box),
  );
  const moved = Object.entries(places).map(([id, { x, y }]) => [id, { x: x + snap.dx, y: y + snap.dy }] as const);
  return { ...snap, places: Object.fromEntries(moved) };
}
