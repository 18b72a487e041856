import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { draftOf, drawn } from "../testing/rules";
import { align, distribute, snapTo, type Side } from "./align";
import { boxAt, boxesOf, near, type Box } from "./boxes";
import { nodesOf } from "./rule";
import type { Draft } from "./types";

const IDS = ["c1", "c2", "m1", "e1"];
const SIDES: Side[] = ["left", "centre", "right", "top", "middle", "bottom"];
const place = fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -900, max: 900 }) });
const scattered = fc.tuple(place, place, place, place).map((points): Draft => {
  const draft = draftOf(drawn("s", ...IDS));
  const places = IDS.map((id, index) => [id, points[index] ?? { x: 0, y: 0 }] as const);
  return { ...draft, layout: { nodes: { ...draft.layout.nodes, ...Object.fromEntries(places) } } };
});

function boxes(draft: Draft): Box[] {
  return [...boxesOf(nodesOf(draft.document).filter(({ id }) => IDS.includes(id)), draft.layout).values()];
}

const LINE: Record<Side, (box: Box) => number> = {
  left: (box) => box.left,
  centre: (box) => (box.left + box.right) / 2,
  right: (box) => box.right,
  top: (box) => box.top,
  middle: (box) => (box.top + box.bottom) / 2,
  bottom: (box) => box.bottom,
};

describe.each(SIDES)("aligning %s", (side) => {
  test("puts all cards on one line of the grid, none over another", () => {
    fc.assert(
      fc.property(scattered, (draft) => {
        const after = boxes(align(draft, IDS, side));
        const [line, ...others] = new Set(after.map(LINE[side]));
        expect(others).toEqual([]);
        expect(Math.abs((line ?? NaN) % 8)).toBe(0);
        const pairs = after.flatMap((a, i) => after.slice(i + 1).map((b) => near(a, b, 0, 0)));
        expect(pairs).not.toContain(true);
      }),
    );
  });

  test("once more changes nothing", () => {
    fc.assert(
      fc.property(scattered, (draft) => {
        const once = align(draft, IDS, side);
        expect(align(once, IDS, side)).toBe(once);
      }),
    );
  });

  test("does nothing to one card alone", () => {
    const draft = draftOf(drawn("s", "c1"));
    expect(align(draft, ["c1"], side)).toBe(draft);
  });
});

describe.each(["across", "down"] as const)("distributing %s", (direction) => {
  const start = (box: Box): number => (direction === "across" ? box.left : box.top);
  const end = (box: Box): number => (direction === "across" ? box.right : box.bottom);

  test("leaves the same gap between all cards, and never less than 24 px", () => {
    fc.assert(
      fc.property(scattered, (draft) => {
        const row = boxes(distribute(draft, IDS, direction)).toSorted((a, b) => start(a) - start(b));
        const gaps = row.slice(1).map((box, index) => start(box) - end(row[index] ?? box));
        expect(new Set(gaps).size).toBe(1);
        expect(gaps[0]).toBeGreaterThanOrEqual(24);
      }),
    );
  });

  test("needs three cards", () => {
    const draft = draftOf(drawn("s", "c1", "c2"));
    expect(distribute(draft, ["c1", "c2"], direction)).toBe(draft);
  });
});

describe("guides", () => {
  const size = { width: 304, height: 64 };
  const standing = [boxAt({ x: 0, y: 0 }, size), boxAt({ x: 1000, y: 500 }, { width: 72, height: 32 })];

  test("pull a card to the border of another, and show the line along both", () => {
    const { dx, dy, guides } = snapTo([boxAt({ x: 6, y: 200 }, size)], standing);
    expect([dx, dy]).toEqual([-6, 0]);
    expect(guides).toEqual([
      { axis: "x", at: 0, from: 0, to: 264 },
      { axis: "x", at: 152, from: 0, to: 264 },
      { axis: "x", at: 304, from: 0, to: 264 },
    ]);
  });

  test("pull middles to middles, the nearest first", () => {
    const { dx, dy, guides } = snapTo([boxAt({ x: 120, y: 300 }, { width: 72, height: 32 })], standing);
    expect([dx, dy]).toEqual([-4, 0]);
    expect(guides).toEqual([{ axis: "x", at: 152, from: 0, to: 332 }]);
  });

  test("are none with nothing near", () => {
    expect(snapTo([boxAt({ x: 400, y: 300 }, size)], standing)).toEqual({ dx: 0, dy: 0, guides: [] });
    expect(snapTo([boxAt({ x: 9, y: 300 }, size)], standing)).toEqual({ dx: 0, dy: 0, guides: [] });
    expect(snapTo([], standing).guides).toEqual([]);
  });

  test("never pull further than 8 px, and every line shown is one of the dragged card and of another", () => {
    const boxed = fc.tuple(place, fc.constantFrom(size, { width: 72, height: 32 })).map(([at, of]) => boxAt(at, of));
    fc.assert(
      fc.property(boxed, fc.array(boxed, { maxLength: 8 }), (moving, others) => {
        const { dx, dy, guides } = snapTo([moving], others);
        expect(Math.max(Math.abs(dx), Math.abs(dy))).toBeLessThanOrEqual(8);
        for (const { axis, at } of guides) {
          const sides = axis === "x" ? SIDES.slice(0, 3) : SIDES.slice(3);
          const own = sides.map((side) => LINE[side](moving) + (axis === "x" ? dx : dy));
          expect(own.some((line) => Math.abs(line - at) < 0.5)).toBe(true);
          expect(others.flatMap((box) => sides.map((side) => LINE[side](box))).some((line) => Math.abs(line - at) < 0.5)).toBe(true);
        }
      }),
    );
  });
});
