import type { NodeChange } from "@xyflow/react";

import { t } from "../i18n";
import { moveNodes } from "../model/commands";
import type { Draft, Point } from "../model/types";
import { whereabouts, type Whereabouts } from "../model/whereabouts";
import { editor } from "../store";
import { titleOf } from "./derived";
import type { RuleFlowNode } from "./flow";
import { snapDragged } from "./guides";
import { speak, useUi } from "./ui";

/** Set by Escape: what is still dragged goes back, and stays there until the pointer lets go. */
let givenUp = false;

const MOVED = {
  above: "{names} moved above {card}",
  below: "{names} moved below {card}",
  left: "{names} moved, left of {card}",
  right: "{names} moved, right of {card}",
  over: "{names} moved onto {card}",
} as const satisfies Record<Whereabouts["side"], string>;

/** Says where cards stand after a move: beside which card, not at which pixel. */
function tellMove(before: Draft, ids: readonly string[]): void {
  const draft = editor.getState().history.present;
  if (draft === before) return;
  const names = ids.map((id) => titleOf(draft.document, id)).join(t(", "));
  const now = whereabouts(draft, ids);
  speak(now ? t(MOVED[now.side], { names, card: titleOf(draft.document, now.of) }) : t("{names} moved", { names }));
}

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
  tellMove(history.present, Object.keys(moving));
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
  const { layout } = history.present;
  const places = Object.fromEntries(
    selection.nodes.flatMap((id) => {
      const point = layout.nodes[id];
      return point ? [[id, { x: point.x + delta.x, y: point.y + delta.y }]] : [];
    }),
  );
  apply(t("Move"), (draft) => moveNodes(draft, places), `nudge ${selection.nodes.join(" ")}`);
  tellMove(history.present, selection.nodes);
}
