import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Draft, Point } from "./types";
import { whereabouts } from "./whereabouts";

function draft(places: Record<string, Point>): Draft {
  const nodes = Object.keys(places).map((id) => ({ id, type: "End" }));
  return { document: { match_v3: { nodes, edges: [] } }, layout: { nodes: places } };
}

describe("where cards stand", () => {
  it.each([
    [{ x: 0, y: 200 }, "below"],
    [{ x: 0, y: -200 }, "above"],
    [{ x: -300, y: 0 }, "left"],
    [{ x: 300, y: 8 }, "right"],
    [{ x: 8, y: 8 }, "over"],
  ])("is told by the side of the other card: %o is %s", (place, side) => {
    expect(whereabouts(draft({ other: { x: 0, y: 0 }, moved: place }), ["moved"])).toEqual({ side, of: "other" });
  });

  it("is told by the nearest of the cards that did not move", () => {
    const places = { far: { x: 0, y: 0 }, near: { x: 0, y: 400 }, moved: { x: 0, y: 480 }, too: { x: 96, y: 480 } };
    expect(whereabouts(draft(places), ["moved", "too"])).toEqual({ side: "below", of: "near" });
  });

  it("is nowhere in particular when no other card is there", () => {
    expect(whereabouts(draft({ moved: { x: 0, y: 0 } }), ["moved"])).toBeNull();
    expect(whereabouts(draft({ other: { x: 0, y: 0 } }), ["gone"])).toBeNull();
  });

  it("is the opposite seen from the other card", () => {
    const opposite = { above: "below", below: "above", left: "right", right: "left", over: "over" } as const;
    const point = fc.record({ x: fc.integer({ min: -900, max: 900 }), y: fc.integer({ min: -900, max: 900 }) });
    fc.assert(
      fc.property(point, point, (a, b) => {
        const [there, back] = [whereabouts(draft({ a, b }), ["a"]), whereabouts(draft({ a, b }), ["b"])];
        expect(back && opposite[back.side]).toBe(there?.side);
      }),
    );
  });
});
