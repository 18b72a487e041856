import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { draftOf, drawn, edits, publishedSample, strangersIn, treeRules, withStrangers } from "../testing/rules";
import { boxesOf, near } from "./boxes";
import { COPY_OFFSET, duplicate, isFault, paste, pieceOf, pieceText, readPiece, type Pasted, type Piece } from "./clipboard";
import { edgesOf, exitOf, kindOf, nodeById, nodesOf, takenIds } from "./rule";
import type { Draft, JsonObject, Point, RuleDocument } from "./types";

const AT = { x: 103, y: 57 };

function allIds(draft: Draft): string[] {
  return nodesOf(draft.document).map(({ id }) => id);
}

function read(text: string): Piece {
  const found = readPiece(text);
  if (found === null || isFault(found)) throw new Error(found?.message ?? "no text of ours");
  return found;
}

function carried(from: Draft, ids: readonly string[], to: Draft, at: Point = AT): Pasted {
  return paste(to, read(pieceText(pieceOf(from, ids))), at);
}

/** A value without the ids that pasting renews. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(([name]) => !["id", "source", "target"].includes(name));
  return Object.fromEntries(members.map(([name, member]) => [name, withoutIds(member)]));
}

function overlaps(draft: Draft, ids: readonly string[]): boolean {
  const boxes = boxesOf(nodesOf(draft.document), draft.layout);
  const standing = [...boxes].filter(([id]) => !ids.includes(id)).map(([, box]) => box);
  return ids.some((id) => standing.some((box) => near(box, boxes.get(id) ?? box, 0, 0)));
}

const drafts = treeRules.map((document) => draftOf(withStrangers(document) as RuleDocument));
const picks = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });

function chosen(draft: Draft, seeds: readonly number[]): string[] {
  const ids = allIds(draft).filter((id) => id !== "start");
  return seeds.map((seed) => ids[seed % ids.length] ?? "");
}

describe("copying and pasting", () => {
  test("gives every pasted thing an id of its own", () => {
    fc.assert(
      fc.property(drafts, drafts, picks, (from, to, seeds) => {
        const before = takenIds(to.document);
        const { draft, ids } = carried(from, chosen(from, seeds), to);
        const after = takenIds(draft.document);
        const part = { match_v3: { nodes: ids.map((id) => nodeById(draft.document, id) ?? null), edges: [] } };
        for (const id of takenIds(part)) {
          expect(before.has(id)).toBe(false);
          expect(after.has(id)).toBe(true);
        }
        const edges = edgesOf(draft.document).map(({ id }) => id);
        expect(new Set(edges).size).toBe(edges.length);
      }),
    );
  });

  test("keeps all that the cards hold, also what nobody knows", () => {
    fc.assert(
      fc.property(drafts, drafts, picks, (from, to, seeds) => {
        const piece = pieceOf(from, chosen(from, seeds));
        const { draft, ids } = carried(from, chosen(from, seeds), to);
        const pasted = ids.map((id) => withoutIds(nodeById(draft.document, id)));
        const originals = piece.nodes.filter((node) => kindOf(node) !== "end").map(withoutIds);
        expect(pasted).toEqual(originals);
        expect(strangersIn(ids.map((id) => nodeById(draft.document, id) ?? null)).size).toBeGreaterThanOrEqual(ids.length);
      }),
    );
  });

  test("keeps the edges between the cards and no others", () => {
    fc.assert(
      fc.property(drafts, drafts, picks, (from, to, seeds) => {
        const piece = pieceOf(from, chosen(from, seeds));
        const { draft, refused, ids } = carried(from, chosen(from, seeds), to);
        const fresh = edgesOf(draft.document).slice(edgesOf(to.document).length);
        const kept = ids.length === 0 ? [] : piece.edges;
        expect(refused).toEqual([]);
        expect(fresh.map(withoutIds)).toEqual(kept.map(withoutIds));
        expect(fresh.map(exitOf)).toEqual(kept.map(exitOf));
        for (const edge of fresh) expect(ids).toContain(edge.source);
      }),
    );
  });

  test("leaves the rest of the rule alone", () => {
    fc.assert(
      fc.property(drafts, drafts, picks, (from, to, seeds) => {
        const { draft, ids } = carried(from, chosen(from, seeds), to);
        expect(nodesOf(draft.document).slice(0, nodesOf(to.document).length)).toEqual(nodesOf(to.document));
        expect(Object.keys(draft.document)).toEqual(Object.keys(to.document));
        if (ids.length === 0) expect(draft).toBe(to);
        expect(nodesOf(draft.document).filter((node) => kindOf(node) === "start")).toHaveLength(1);
        expect(nodesOf(draft.document).filter((node) => kindOf(node) === "end")).toHaveLength(1);
      }),
    );
  });

  test("covers no card and keeps the cards as they stood to each other, on the grid", () => {
    const shaken = fc
      .tuple(drafts, fc.array(edits, { maxLength: 6 }))
      .map(([draft, steps]) => steps.reduce((now, step) => step.run(now), draft));
    const points = fc.record({ x: fc.integer({ min: -2000, max: 2000 }), y: fc.integer({ min: -2000, max: 2000 }) });
    fc.assert(
      fc.property(drafts, shaken, picks, points, (from, to, seeds, at) => {
        const piece = pieceOf(from, chosen(from, seeds).filter((id) => id !== "end"));
        const { draft, ids } = paste(to, piece, at);
        expect(overlaps(draft, ids)).toBe(false);
        const places = ids.map((id) => draft.layout.nodes[id] ?? { x: NaN, y: NaN });
        const origins = piece.nodes.map(({ id }) => from.layout.nodes[id] ?? { x: NaN, y: NaN });
        const offsets = places.map((place, index) => [place.x - (origins[index]?.x ?? NaN), place.y - (origins[index]?.y ?? NaN)]);
        expect(new Set(offsets.map(String)).size).toBeLessThanOrEqual(1);
        if (ids.length === 0) return;
        expect(Math.abs(Math.min(...places.map(({ x }) => x)) % 8)).toBe(0);
        expect(Math.abs(Math.min(...places.map(({ y }) => y)) % 8)).toBe(0);
      }),
    );
  });
});

describe("what is left out", () => {
  const sample = draftOf(publishedSample());

  test("is Start, always", () => {
    const { nodes } = pieceOf(sample, allIds(sample));
    expect(nodes).toHaveLength(8);
    const marked = { groupflow: 1, nodes: [{ id: "s", type: "Start" }, { id: "x", type: "Card", businessType: "New" }], edges: [] };
    const { ids, startKept, draft } = paste(sample, read(JSON.stringify(marked)), AT);
    expect(startKept).toBe(true);
    expect(ids).toHaveLength(1);
    expect(nodeById(draft.document, ids[0] ?? "")?.businessType).toBe("New");
  });

  test("is a second End; what led to it leads to the End of the rule", () => {
    const from = draftOf(drawn("s plain c1", "c1 true m1", "m1 plain e1"));
    const to = draftOf(drawn("s plain c2", "e2"));
    const { draft, ids, endKept } = carried(from, ["c1", "m1", "e1"], to);
    expect(endKept).toBe(true);
    expect(ids).toHaveLength(2);
    expect(edgesOf(draft.document).slice(1).map((edge) => [edge.source, exitOf(edge), edge.target])).toEqual([
      [ids[0], "true", ids[1]],
      [ids[1], "plain", "e2"],
    ]);
  });

  test("is no End where the rule has none", () => {
    const { draft, endKept, ids } = carried(draftOf(drawn("s plain m1", "m1 plain e1")), ["m1", "e1"], draftOf(drawn("s plain c2")));
    expect(endKept).toBe(false);
    expect(nodesOf(draft.document).map(kindOf)).toEqual(["start", "condition", "combine", "end"]);
    expect(edgesOf(draft.document).at(-1)).toMatchObject({ source: ids[0], target: ids[1] });
  });

  test("is an edge the rule would refuse, and it is said", () => {
    const nodes = ["c1", "c2"].map((id) => ({ id, type: "Card", businessType: "GroupCondition" }));
    const edges = [
      { id: "a", source: "c1", target: "c2", value: "true" },
      { id: "b", source: "c2", target: "c1", value: "true" },
      { id: "c", source: "c1", target: "c2", value: "true" },
    ];
    const { draft, refused } = paste(sample, read(JSON.stringify({ groupflow: 1, nodes, edges })), AT);
    expect(refused).toHaveLength(2);
    expect(edgesOf(draft.document)).toHaveLength(9);
  });

  test("is everything where there is no flow", () => {
    const legacy: Draft = { document: { name: "old", detail: [] }, layout: { nodes: {} } };
    expect(carried(sample, allIds(sample), legacy).draft).toBe(legacy);
  });
});

describe("a text that cannot be pasted", () => {
  const card: JsonObject = { id: "a", type: "Card" };

  test.each(["", "hello", "[1]", "null", '{"match_v3":{"nodes":[]}}', '{"groupflow":1', "{}"])("is not ours: %s", (text) => {
    expect(readPiece(text)).toBeNull();
  });

  test.each([
    [{ groupflow: 2, nodes: [card] }, /another version/],
    [{ groupflow: 1 }, /no card/],
    [{ groupflow: 1, nodes: [] }, /no card/],
    [{ groupflow: 1, nodes: [card, 7] }, /is no card/],
    [{ groupflow: 1, nodes: [card, card] }, /id of another/],
    [{ groupflow: 1, nodes: [card], edges: {} }, /no list/],
    [{ groupflow: 1, nodes: [card], edges: [{ id: "e", source: "a", target: "b" }] }, /does not lead/],
  ])("says why: %j", (value, why) => {
    const found = readPiece(JSON.stringify(value));
    expect(found && isFault(found) && found.message).toMatch(why);
  });

  test("is refused when it is nested without end", () => {
    const deep = `{"groupflow":1,"nodes":[{"id":"a","type":"Card","value":${"[".repeat(5000)}${"]".repeat(5000)}}]}`;
    expect(readPiece(deep)).toMatchObject({ message: expect.stringMatching(/deeply/) as string });
  });

  test("may lack places: the cards are then arranged", () => {
    const nodes = [card, { ...card, id: "b" }];
    const { draft, ids } = paste(draftOf(publishedSample()), read(JSON.stringify({ groupflow: 1, nodes, layout: "none" })), AT);
    expect(overlaps(draft, ids.slice(0, 1))).toBe(false);
    expect(draft.layout.nodes[ids[0] ?? ""]).not.toEqual(draft.layout.nodes[ids[1] ?? ""]);
  });
});

test("a copy stands a little beside its original, or as near as there is room", () => {
  const alone = draftOf(drawn("c1"));
  const { draft, ids } = duplicate(alone, ["c1"]);
  const [original, copy] = [alone.layout.nodes.c1 ?? AT, draft.layout.nodes[ids[0] ?? ""] ?? AT];
  expect(copy.x - original.x).toBe(COPY_OFFSET);
  expect(copy.y - original.y).toBeGreaterThanOrEqual(COPY_OFFSET);
  expect(overlaps(draft, ids)).toBe(false);
});
