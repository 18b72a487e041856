import type { FinalConnectionState, OnConnectStartParams } from "@xyflow/react";

import type { Exit, Point } from "../model/types";
import { pointAnchor } from "../parts/useFloating";
import { editor } from "../store";
import { endConnecting, underPointer } from "./edits";
import { useUi } from "./ui";
import { cardAt, toCanvas } from "./view";

/** A wire let go nearer than this to where it began was a press. */
const LEAST_DRAG = 24;
let began: Point | null = null;

/** The exit a React Flow handle stands for. */
export function exitOfHandle(handleId: string | null | undefined): Exit {
  return handleId === "true" || handleId === "false" ? handleId : "plain";
}

/** Where on the screen a mouse or touch event happened. */
function screenPoint(event: MouseEvent | TouchEvent): Point {
  const at = "changedTouches" in event ? event.changedTouches[0] : event;
  return { x: at?.clientX ?? 0, y: at?.clientY ?? 0 };
}

function cardUnder(screen: Point): string | null {
  return cardAt(editor.getState().history.present, toCanvas(screen));
}

/** The pointer moved while a connection is under way: which card is it over? */
export function trackPointer(screen: Point): void {
  const { connecting, over } = useUi.getState();
  if (!connecting) return;
  const under = cardUnder(screen);
  if (under !== over) useUi.setState({ over: under });
}

export function beginWire(event: MouseEvent | TouchEvent, { nodeId, handleId }: OnConnectStartParams): void {
  if (nodeId === null) return;
  began = screenPoint(event);
  useUi.setState({ connecting: { from: { id: nodeId, exit: exitOfHandle(handleId) }, by: "drag" }, over: null });
}

/** The wire was let go: on a card it connects or says why not, on empty canvas it asks what may follow. */
export function dropWire(event: MouseEvent | TouchEvent, state: FinalConnectionState): void {
  const { connecting } = useUi.getState();
  if (connecting?.by !== "drag") return;
  const screen = screenPoint(event);
  const target = cardUnder(screen) ?? (state.isValid ? (state.toNode?.id ?? null) : null);
  const far = began !== null && Math.hypot(screen.x - began.x, screen.y - began.y) > LEAST_DRAG;
  if (target !== null) endConnecting(target);
  else endConnecting(null);
  if (target === null && far) askWhatFollows(connecting.from, screen);
}

/** Opens the add menu where the reader pointed; the new card will stand there. */
export function askWhatFollows(from: { id: string; exit: Exit } | null, screen: Point): void {
  const at = underPointer(toCanvas(screen));
  useUi.setState({ connecting: null, over: null, addMenu: { from, at, anchor: pointAnchor(screen.x, screen.y) } });
}
