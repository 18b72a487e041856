import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card, documentText, drawn, publishedSample, treeRules, wildRules } from "../testing/rules";
import { outlineOf, order } from "./outline";
import { cardTitles, hasFlow, kindOf, newId, newRule, nodesOf, tagNames, takenIds, treeOf } from "./rule";
import type { Json, RuleDocument } from "./types";

type KindCase = { name: string; document: RuleDocument; kind: "flow" | "legacy" | "both" | "neither" };

describe("reading a document", () => {
  test("knows the cards of the published sample", () => {
    const kinds = nodesOf(publishedSample()).map(kindOf);
    expect(kinds.filter((kind) => kind === "condition")).toHaveLength(3);
    expect(kinds.filter((kind) => kind === "combine")).toHaveLength(4);
    expect(takenIds(publishedSample()).size).toBe(36);
    expect(tagNames(publishedSample())).toEqual(["1"]);
  });

  test("a card of a kind it does not know is unknown, not an error", () => {
    expect(kindOf({ id: "a", type: "Card", businessType: "Delay" })).toBe("unknown");
    expect(kindOf({ id: "a", type: "Note" })).toBe("unknown");
  });

  test("a legacy rule has no flow", () => {
    expect(hasFlow({ name: "old", detail: [] })).toBe(false);
    expect(hasFlow(publishedSample())).toBe(true);
  });

  test.each(JSON.parse(documentText("kinds.json")) as KindCase[])("$name: $kind", ({ document, kind }) => {
    expect(hasFlow(document)).toBe(kind === "flow" || kind === "both");
  });

  test.each<[string, Json]>([
    ["no document at all", { match_v3: null }],
    ["lists that are none", { match_v3: { nodes: "no", edges: 7 } }],
    ["items that are none", { match_v3: { nodes: [null, 1, {}, { id: 3, type: "Card" }], edges: [[], { id: "e" }] } }],
  ])("reads %s as an empty flow", (_, doc) => {
    expect(outlineOf(doc as Record<string, Json>)).toEqual([]);
  });

  test.each<[string, Json]>([
    ["a leaf at the root", { id: "a", type: "text", match: { key: "k", operate: "EQUALS", value: [] } }],
    [
      "an operator of another day",
      {
        id: "a",
        type: "bool",
        value: "and",
        nodes: [{ id: "b", type: "text", match: { key: "k", operate: "LESS", value: [] } }],
      },
    ],
    [
      "values that are numbers",
      {
        id: "a",
        type: "bool",
        value: "and",
        nodes: [{ id: "b", type: "text", match: { key: "k", operate: "EQUALS", value: [1] } }],
      },
    ],
    ["a group that is neither and nor or", { id: "a", type: "bool", value: "xor", nodes: [] }],
  ])("does not offer %s for editing", (_, value) => {
    expect(treeOf({ ...card("c"), value })).toBeNull();
  });

  test("does not offer a bottomless tree for editing", () => {
    let tree: Json = { id: "x", type: "bool", value: "and", nodes: [] };
    for (let depth = 0; depth < 20000; depth += 1) tree = { id: "x", type: "bool", value: "and", nodes: [tree] };
    expect(treeOf({ ...card("c"), value: tree })).toBeNull();
  });
});

describe("new things", () => {
  test("a new id has the prefix, eight characters, and is not taken", () => {
    fc.assert(
      fc.property(fc.constantFrom("flow", "edge", "GroupCondition", "CombineConf"), (prefix) => {
        expect(newId(prefix, new Set())).toMatch(new RegExp(`^${prefix}-[A-Za-z0-9_-]{8}$`));
      }),
    );
    const taken = new Set<string>();
    for (let count = 0; count < 1000; count += 1) taken.add(newId("flow", taken));
    expect(taken.size).toBe(1000);
  });

  test("a new rule is Start, one condition with two open branches, and End", () => {
    const rows = outlineOf(newRule().document).map(({ open, branch }) => open ?? branch);
    expect(rows).toEqual([null, "plain", "true", "false", null]);
  });
});

describe("the outline", () => {
  test("reads the published sample in the order its nodes stand", () => {
    const doc = publishedSample();
    expect(order(doc)).toEqual(nodesOf(doc).map((node) => node.id));
    expect(outlineOf(doc).map(({ depth, branch }) => `${depth} ${branch ?? "-"}`)).toEqual([
      "0 -",
      "0 plain",
      "1 true",
      "0 false",
      "1 true",
      "0 false",
      "1 true",
      "0 false",
      "0 plain",
    ]);
  });

  test("shows a card that is met again without going down once more", () => {
    const rows = outlineOf(drawn("s plain c1", "c1 true c2", "c1 false c2", "c2 true m1"));
    expect(rows.filter(({ id }) => id === "c2").map(({ again, open }) => [again, open])).toEqual([
      [false, undefined],
      [false, "false"],
      [true, undefined],
    ]);
    expect(rows.filter(({ id }) => id === "m1")).toHaveLength(1);
  });

  test("lists each card once, whatever the rule looks like", () => {
    fc.assert(
      fc.property(wildRules, (doc) => {
        expect(order(doc).sort()).toEqual(
          nodesOf(doc)
            .map((node) => node.id)
            .sort(),
        );
      }),
    );
  });

  test("numbers cards of a kind in outline order", () => {
    const titles = cardTitles(drawn("m9", "s plain c1", "c1 true m1", "c1 false c2", "c2 true m2", "e"));
    expect(Object.fromEntries(titles)).toEqual({
      s: "Start",
      e: "End",
      c1: "Condition 1",
      c2: "Condition 2",
      m1: "Merge 1",
      m2: "Merge 2",
      m9: "Merge 3",
    });
  });

  test("gives every card a name of its own", () => {
    fc.assert(
      fc.property(treeRules, (doc) => {
        const titles = [...cardTitles(doc).values()];
        expect(new Set(titles).size).toBe(nodesOf(doc).length);
      }),
    );
  });
});
