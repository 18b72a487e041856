import type { NodeChange } from "@xyflow/react";

import { t } from "../i18n";
import { moveNodes } from "../model/commands";
import type { Point } from "../model/types";
import { editor } from "../store";
import { titleOf } from "./derived";
import type { RuleFlowNode } from "./flow";
import { snapDragged } from "./guides";
import { speak, useUi } from "./ui";

/** Set by Escape: what is still dragged goes back, and stays there until the pointer lets go. */
let givenUp = false;

/** The cards follow the pointer; the draft learns nothing yet. */
export function followDrag(changes: NodeChange<RuleFlowNode>[]): void {
  if (givenUp) return;
  const moved: Record<string, Point> = {};
  for (const change of changes) {
    if (change.type === "position" && change.dragging && change.position) moved[change.id] = change.position;
  }
  if (Object.keys(moved).length === 0) return;
  const { places, guides } = snapDragged(moved);
  useUi.setState({ moving: places, guides });
}

/** The drag ended: one step, however many cards moved. */
export function dropDrag(): void {
  const { moving } = useUi.getState();
  givenUp = false;
  useUi.setState({ moving: null, guides: [] });
  if (!moving) return;
  const { apply, history } = editor.getState();
  apply(t("Move"), (draft) => moveNodes(draft, moving));
  const names = Object.keys(moving).map((id) => titleOf(history.present.document, id));
  speak(t("{names} moved", { names: names.join(t(", ")) }));
}

/** Puts the dragged cards back; answers whether any were dragged. */
export function giveUpDrag(): boolean {
  if (!useUi.getState().moving) return false;
  givenUp = true;
  useUi.setState({ moving: null, guides: [] });
  return true;
}

/** Moves the selected cards by one step of the grid, from the keyboard. */
export function nudge(delta: Point): void {
  const { apply, selection, history, can } = editor.getState();
  if (!can.edit) return;
  const { layout, document } = history.present;
  const places = Object.fromEntries(
    selection.nodes.flatMap((id) => {
      const point = layout.nodes[id];
      return point ? [[id, { x: point.x + delta.x, y: point.y + delta.y }]] : [];
    }),
  );
  apply(t("Move"), (draft) => moveNodes(draft, places), `nudge ${selection.nodes.join(" ")}`);
  speak(t("{names} moved", { names: selection.nodes.map((id) => titleOf(document, id)).join(t(", ")) }));
}
