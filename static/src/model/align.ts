import { boxAround, boxesOf, COLUMN_GAP, onGrid, type Box } from "./boxes";
import { moveNodes } from "./commands";
import { nodesOf } from "./graph";
import { GRID } from "./lines";
import type { Draft, Point } from "./types";

export type Side = "left" | "centre" | "right" | "top" | "middle" | "bottom";
export type Direction = "across" | "down";

/** A card seen along one direction: where it begins, how long it is, and the same the other way. */
type Span = { id: string; at: number; length: number; beside: number; thickness: number };

const SIDES: Record<Side, { direction: Direction; share: number }> = {
  left: { direction: "across", share: 0 },
  centre: { direction: "across", share: 0.5 },
  right: { direction: "across", share: 1 },
  top: { direction: "down", share: 0 },
  middle: { direction: "down", share: 0.5 },
  bottom: { direction: "down", share: 1 },
};

function spanOf([id, { left, top, right, bottom }]: [string, Box], direction: Direction): Span {
  const across = { at: left, length: right - left };
  const down = { at: top, length: bottom - top };
  const [along, aside] = direction === "across" ? [across, down] : [down, across];
  return { id, ...along, beside: aside.at, thickness: aside.length };
}

function spansOf(draft: Draft, ids: readonly string[], direction: Direction): Span[] {
  const boxes = boxesOf(
    nodesOf(draft.document).filter(({ id }) => ids.includes(id)),
    draft.layout,
  );
  return Array.from(boxes, (entry) => spanOf(entry, direction));
}

function moved(draft: Draft, spans: readonly Span[], direction: Direction): Draft {
  const places = spans.map(({ id, at, beside }): [string, Point] => [
    id,
    direction === "across" ? { x: at, y: beside } : { x: beside, y: at },
  ]);
  return moveNodes(draft, Object.fromEntries(places));
}

/** Cards on one line pushed on, the way the line runs, until none covers the one before it. */
function apart(spans: readonly Span[]): Span[] {
  let free = -Infinity;
  return spans
    .toSorted((a, b) => a.beside - b.beside)
    .map((span) => {
      const beside = span.beside < free ? onGrid(free + COLUMN_GAP + GRID / 2 - 1) : span.beside;
      free = beside + span.thickness;
      return { ...span, beside };
    });
}

/**
 * Puts cards on one line: their left borders, their middles and so on. The line is that of the outermost card, the
 * middle of all of them for "centre" and "middle"; it lies on the grid. Cards that would cover each other move on.
 */
export function align(draft: Draft, ids: readonly string[], side: Side): Draft {
  const { direction, share } = SIDES[side];
  const spans = spansOf(draft, ids, direction);
  if (spans.length < 2) return draft;
  const first = Math.min(...spans.map(({ at }) => at));
  const last = Math.max(...spans.map(({ at, length }) => at + length));
  const line = onGrid(first + (last - first) * share);
  const lined = spans.map((span) => ({ ...span, at: line - span.length * share }));
  return moved(draft, apart(lined), direction);
}

/** Spreads three or more cards evenly between the first and the last, on the grid, at least one gap apart. */
export function distribute(draft: Draft, ids: readonly string[], direction: Direction): Draft {
  const spans = spansOf(draft, ids, direction).toSorted((a, b) => a.at - b.at);
  const first = spans[0];
  if (!first || spans.length < 3) return draft;
  const end = Math.max(...spans.map(({ at, length }) => at + length));
  const filled = spans.reduce((sum, { length }) => sum + length, 0);
  const gap = Math.max(COLUMN_GAP, onGrid((end - first.at - filled) / (spans.length - 1)));
  let next = onGrid(first.at);
  const spread = spans.map((span) => {
    const at = next;
    next += span.length + gap;
    return { ...span, at };
  });
  return moved(draft, spread, direction);
}

/** A thin line along which cards stand, from `from` to `to`; "x" stands upright at x = `at`. */
export type Guide = { axis: "x" | "y"; at: number; from: number; to: number };
export type Snap = { dx: number; dy: number; guides: Guide[] };

/** A border or middle nearer than this pulls the card to it. */
const REACH = 8;

function lines(start: number, end: number): number[] {
  return [start, (start + end) / 2, end];
}

function nearest(own: readonly number[], theirs: readonly number[]): number | null {
  const ways = own.flatMap((mine) => theirs.map((other) => other - mine)).filter((way) => Math.abs(way) <= REACH);
  return ways.length === 0 ? null : ways.reduce((best, way) => (Math.abs(way) < Math.abs(best) ? way : best));
}

function guidesAlong(axis: Guide["axis"], moving: Box, others: readonly Box[]): Guide[] {
  const sides = (box: Box): number[] => (axis === "x" ? lines(box.left, box.right) : lines(box.top, box.bottom));
  const reach = (box: Box): number[] => (axis === "x" ? [box.top, box.bottom] : [box.left, box.right]);
  return sides(moving).flatMap((at) => {
    const met = others.filter((box) => sides(box).some((side) => Math.abs(side - at) < 0.5));
    if (met.length === 0) return [];
    const ends = [moving, ...met].flatMap(reach);
    return [{ axis, at, from: Math.min(...ends), to: Math.max(...ends) }];
  });
}

/** What dragged cards snap to: how far they are pulled, and the lines along which they then stand. */
export function snapTo(dragged: readonly Box[], others: readonly Box[]): Snap {
  const around = boxAround(dragged);
  if (!around) return { dx: 0, dy: 0, guides: [] };
  const uprights = others.flatMap((box) => lines(box.left, box.right));
  const levels = others.flatMap((box) => lines(box.top, box.bottom));
  const dx = nearest(lines(around.left, around.right), uprights);
  const dy = nearest(lines(around.top, around.bottom), levels);
  const { left, top, right, bottom } = around;
  const [x, y] = [dx ?? 0, dy ?? 0];
  const there = { left: left + x, right: right + x, top: top + y, bottom: bottom + y };
  const upright = dx === null ? [] : guidesAlong("x", there, others);
  const level = dy === null ? [] : guidesAlong("y", there, others);
  return { dx: x, dy: y, guides: [...upright, ...level] };
}
