import { getSmoothStepPath, Position } from "@xyflow/react";

import type { Point } from "../model/types";

/** The drawn line of an edge, its arrow head, and where its word stands. */
export type EdgeLine = { line: string; head: string; word: Point };

/** The arrow head is this high, and half as wide to either side. */
const HEAD = { height: 8, half: 4.5 };
/** The elbow and the word ride in the free band just above the target's row. */
const BAND = 20;
const RADIUS = 8;
/** With less room than this below the exit the line goes around. */
const LEAST_ROOM = 24;

function headAt({ x, y }: Point): string {
  return `M${x - HEAD.half} ${y - HEAD.height}h${HEAD.half * 2}L${x} ${y}z`;
}

function elbow(from: Point, to: Point, band: number): string {
  const side = Math.sign(to.x - from.x);
  const radius = Math.min(RADIUS, Math.abs(to.x - from.x) / 2, band - from.y, to.y - HEAD.height - band);
  return [
    `M${from.x} ${from.y}V${band - radius}`,
    `Q${from.x} ${band} ${from.x + side * radius} ${band}`,
    `H${to.x - side * radius}`,
    `Q${to.x} ${band} ${to.x} ${band + radius}`,
    `V${to.y - HEAD.height + 1}`,
  ].join("");
}

function around(from: Point, to: Point): EdgeLine {
  const [line, x, y] = getSmoothStepPath({
    sourceX: from.x,
    sourceY: from.y,
    sourcePosition: Position.Bottom,
    targetX: to.x,
    targetY: to.y - HEAD.height + 1,
    targetPosition: Position.Top,
    borderRadius: RADIUS,
    offset: BAND,
  });
  return { line, head: headAt(to), word: { x, y } };
}

/** From an exit down to the upper middle of a card: straight when it lies below, one elbow when it lies aside. */
export function edgeLine(from: Point, to: Point): EdgeLine {
  const room = to.y - from.y;
  if (room < LEAST_ROOM) return around(from, to);
  const band = room >= BAND * 2 ? to.y - BAND : (from.y + to.y - HEAD.height) / 2;
  if (Math.abs(from.x - to.x) < 1) {
    return { line: `M${from.x} ${from.y}V${to.y - HEAD.height + 1}`, head: headAt(to), word: { x: from.x, y: band } };
  }
  return { line: elbow(from, to, band), head: headAt(to), word: { x: (from.x + to.x) / 2, y: band } };
}
