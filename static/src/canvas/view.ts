import type { ReactFlowInstance } from "@xyflow/react";

import { pointOf, type Box } from "../model/boxes";
import { sizeOf } from "../model/lines";
import { nodeById, nodesOf } from "../model/rule";
import type { Draft, Point } from "../model/types";
import { editor } from "../store";
import type { RuleFlowEdge, RuleFlowNode } from "./flow";

const MOST_ZOOM = 1;
const SMOOTH = 160;
/** A card brought into view keeps this far from the border of the canvas. */
const MARGIN = 24;

let instance: ReactFlowInstance<RuleFlowNode, RuleFlowEdge> | null = null;

/** Tells this module which canvas is on the page. */
export function attachView(flow: ReactFlowInstance<RuleFlowNode, RuleFlowEdge>): void {
  instance = flow;
}

/** How long the view moves, in ms: not at all for those who asked for less motion. */
export function motion(milliseconds = SMOOTH): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : milliseconds;
}

/** Below this zoom the lines of a card cannot be read: only its name is drawn, larger. */
export const FAR = 0.6;
export const FIT = { padding: 0.04, maxZoom: MOST_ZOOM, minZoom: 0.2 };

export function fit(): void {
  void instance?.fitView({ ...FIT, duration: motion() });
}

export function zoomBy(direction: 1 | -1): void {
  const options = { duration: motion() };
  void (direction === 1 ? instance?.zoomIn(options) : instance?.zoomOut(options));
}

/** A place on the screen as a place on the canvas. */
export function toCanvas(screen: Point): Point {
  return instance?.screenToFlowPosition(screen) ?? screen;
}

function visibleMiddle(): Point {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  return box ? toCanvas({ x: box.left + box.width / 2, y: box.top + box.height / 3 }) : { x: 0, y: 0 };
}

/** The part of the canvas that can be seen, in canvas px. */
export function seenBox(): Box {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect() ?? new DOMRect();
  const from = toCanvas({ x: box.left, y: box.top });
  const to = toCanvas({ x: box.right, y: box.bottom });
  return { left: from.x, top: from.y, right: to.x, bottom: to.y };
}

/** The middle of what is visible, where a card nobody asked a place for appears. */
export function freeMiddle(width: number): Point {
  const { x, y } = visibleMiddle();
  return { x: x - width / 2, y };
}

/** Brings a card to the middle of the canvas. */
export function centreOn(id: string): void {
  const { document: rule, layout } = editor.getState().history.present;
  const node = nodeById(rule, id);
  const point = pointOf(layout, id);
  if (!instance || !node || !point) return;
  const { width, height } = sizeOf(node);
  const options = { zoom: instance.getZoom(), duration: motion() };
  void instance.setCenter(point.x + width / 2, point.y + height / 2, options);
}

/** How far a stretch from `start` to `end` has to move to lie between `least` and `most`; 0 when it does. */
function shift(start: number, end: number, least: number, most: number): number {
  if (start < least || end - start > most - least) return least - start;
  return end > most ? most - end : 0;
}

/** Moves the view just so far that the card is wholly visible; not at all when it is. */
export function showCard(id: string): void {
  const canvas = document.querySelector(".react-flow")?.getBoundingClientRect();
  const card = document.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.getBoundingClientRect();
  if (!instance || !canvas || !card) return;
  const dx = shift(card.left, card.right, canvas.left + MARGIN, canvas.right - MARGIN);
  const dy = shift(card.top, card.bottom, canvas.top + MARGIN, canvas.bottom - MARGIN);
  if (dx === 0 && dy === 0) return;
  const { x, y, zoom } = instance.getViewport();
  void instance.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: motion() });
}

/** The card under a place on the canvas; what its exits reach beyond its border still counts as the card. */
export function cardAt({ document: rule, layout }: Draft, place: Point, reach = 12): string | null {
  const hit = nodesOf(rule).findLast((node) => {
    const point = pointOf(layout, node.id);
    const { width, height } = sizeOf(node);
    if (!point) return false;
    const { x, y } = { x: place.x - point.x, y: place.y - point.y };
    return x >= -reach && y >= -reach && x <= width + reach && y <= height + reach;
  });
  return hit?.id ?? null;
}
