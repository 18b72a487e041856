import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  card,
  documentText,
  draftOf,
  drawn,
  publishedSample,
  treeRules,
  wildRules,
  type Arrow,
  edge,
} from "../testing/rules";
import { arrange, arrangeTree, hasJoins, sizesOf } from "./arrange";
import { boxesOf, COLUMN_GAP, near, PLAIN_GAP } from "./boxes";
import { edgeFrom, kindOf, newRule, nodesOf } from "./rule";
import type { Exit, Layout, RuleDocument } from "./types";

type Case = {
  name: string;
  sizes: Record<string, [number, number]>;
  edges: Arrow[];
  positions: Record<string, [number, number]>;
};

const CASES = JSON.parse(documentText("arrange.json")) as Case[];

function caseDocument({ sizes, edges }: Case): RuleDocument {
  const exits = new Map<string, Set<Exit>>();
  for (const [source, exit] of edges) exits.set(source, new Set([...(exits.get(source) ?? []), exit]));
  const nodes = Object.entries(sizes).map(([id, [width]]) => {
    const pill = exits.has(id) ? "s" : "e";
    const kind = width === 72 ? pill : exits.get(id)?.has("true") || exits.get(id)?.has("false") ? "c" : "m";
    return { ...card(kind), id };
  });
  return { match_v3: { nodes, edges: edges.map(edge) } };
}

function crowdedPairs(doc: RuleDocument, layout: Layout, across: number, down: number): string[] {
  const boxes = [...boxesOf(nodesOf(doc), layout)];
  return boxes.flatMap(([id, box], index) =>
    boxes.slice(index + 1).flatMap(([other, next]) => (near(box, next, across, down) ? [`${id} and ${other}`] : [])),
  );
}

function misplacedBranches(doc: RuleDocument, layout: Layout): string[] {
  const boxes = boxesOf(nodesOf(doc), layout);
  return nodesOf(doc).flatMap((node) => {
    const onTrue = boxes.get(edgeFrom(doc, node.id, "true")?.target ?? "");
    const onFalse = boxes.get(edgeFrom(doc, node.id, "false")?.target ?? "");
    return onTrue && onFalse && (onTrue.right >= onFalse.left || onTrue.top !== onFalse.top) ? [node.id] : [];
  });
}

function isWhole(layout: Layout): boolean {
  return Object.values(layout.nodes).every(
    ({ x, y }) => Number.isInteger(x) && Number.isInteger(y) && x >= 0 && y >= 0,
  );
}

describe("the staircase", () => {
  test.each(CASES)("$name", (given) => {
    const sizes = Object.fromEntries(
      Object.entries(given.sizes).map(([id, [width, height]]) => [id, { width, height }]),
    );
    const expected = Object.fromEntries(Object.entries(given.positions).map(([id, [x, y]]) => [id, { x, y }]));
    expect(arrangeTree(caseDocument(given), sizes).nodes).toEqual(expected);
  });

  test("gives the published sample the sizes of the mock-up", () => {
    const published = CASES.find(({ name }) => name === "the published sample");
    const sizes = Object.entries(sizesOf(publishedSample())).map(([id, { width, height }]) => [id, [width, height]]);
    expect(Object.fromEntries(sizes)).toEqual(published?.sizes);
  });

  test("stands where a new rule stands", () => {
    const { document, layout } = newRule();
    expect(layout).toEqual(arrangeTree(document));
  });

  test("crowds no cards and keeps true left of false on one row, for any tree", () => {
    fc.assert(
      fc.property(treeRules, (doc) => {
        const layout = arrangeTree(doc);
        expect(Object.keys(layout.nodes)).toHaveLength(nodesOf(doc).length);
        expect(crowdedPairs(doc, layout, COLUMN_GAP, PLAIN_GAP)).toEqual([]);
        expect(misplacedBranches(doc, layout)).toEqual([]);
        expect(isWhole(layout)).toBe(true);
        expect(arrangeTree(structuredClone(doc))).toEqual(layout);
      }),
    );
  });

  test("draws false edges straight down, for any tree", () => {
    fc.assert(
      fc.property(treeRules, (doc) => {
        const boxes = boxesOf(nodesOf(doc), arrangeTree(doc));
        for (const node of nodesOf(doc)) {
          const from = boxes.get(node.id);
          const to = boxes.get(edgeFrom(doc, node.id, "false")?.target ?? "");
          if (from && to) expect((to.left + to.right) / 2).toBe((from.left + from.right) / 2 + 72);
        }
      }),
    );
  });

  test("places every card of a rule that is no tree, without crowding", () => {
    fc.assert(
      fc.property(wildRules, (doc) => {
        const layout = arrangeTree(doc);
        expect(Object.keys(layout.nodes).sort()).toEqual(
          nodesOf(doc)
            .map((node) => node.id)
            .sort(),
        );
        expect(crowdedPairs(doc, layout, COLUMN_GAP, PLAIN_GAP)).toEqual([]);
      }),
    );
  });
});

describe("joins", () => {
  test("a tree has none", () => {
    expect(hasJoins(publishedSample())).toBe(false);
  });

  test("two branches that meet at a card are one", () => {
    expect(hasJoins(drawn("s plain c1", "c1 true m1", "c1 false m1"))).toBe(true);
  });

  test("End may be met by merge cards with a free way down", () => {
    expect(hasJoins(drawn("s plain c1", "c1 true m1", "c1 false m2", "m1 plain e", "m2 plain e"))).toBe(false);
  });

  test("End met through another card is one", () => {
    const doc = drawn(
      "s plain c1",
      "c1 true m1",
      "c1 false c2",
      "c2 true m2",
      "c2 false m3",
      "m1 plain e",
      "m3 plain e",
    );
    expect(hasJoins(doc)).toBe(true);
  });
});

describe("arrange", () => {
  test("takes the staircase for a tree", async () => {
    const doc = publishedSample();
    expect(await arrange(doc)).toEqual(arrangeTree(doc));
  });

  test("keeps true left of false where branches meet further down", async () => {
    const doc = drawn(
      "s plain c1",
      "c1 true c2",
      "c1 false c3",
      "c2 true m1",
      "c2 false m2",
      "c3 true m2",
      "c3 false m3",
    );
    const layout = await arrange(doc);
    expect(hasJoins(doc)).toBe(true);
    expect(misplacedBranches(doc, layout)).toEqual([]);
  });

  test("never overlaps cards and is deterministic, for any rule", async () => {
    await fc.assert(
      fc.asyncProperty(wildRules, async (doc) => {
        const layout = await arrange(doc);
        expect(Object.keys(layout.nodes).sort()).toEqual(
          nodesOf(doc)
            .map((node) => node.id)
            .sort(),
        );
        expect(crowdedPairs(doc, layout, 0, 0)).toEqual([]);
        expect(isWhole(layout)).toBe(true);
        expect(await arrange(structuredClone(doc))).toEqual(layout);
      }),
      { numRuns: 50 },
    );
  });

  test("an arranged draft keeps its document", () => {
    const doc = publishedSample();
    expect(draftOf(doc).document).toBe(doc);
    expect(nodesOf(doc).map(kindOf)).toContain("end");
  });
});
