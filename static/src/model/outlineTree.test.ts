import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { drawn, publishedSample, wildRules } from "../testing/rules";
import { outlineOf } from "./outline";
import { aboveOf, itemAt, itemsOf, keyOfCard, typedAhead, unfolded, type Item } from "./outlineTree";

function keys(items: readonly Item[]): string[] {
  return items.map(({ key }) => key);
}

const NESTED = drawn("s plain c1", "c1 true c2", "c2 true m1", "c2 false m1", "c1 false m2");

describe("the tree of the outline", () => {
  test("hangs the true side under its condition and sets the false side beside it", () => {
    const told = itemsOf(NESTED).map(({ row, level, position, size, parent, holds }) =>
      [row.id, level, position, size, parent ?? "-", holds].join(" "),
    );
    expect(told).toEqual([
      "s 1 1 3 - false",
      "c1 1 2 3 - true",
      "c2 2 1 2 card c1 true",
      "m1 3 1 1 card c2 false",
      "m1 2 2 2 card c1 false",
      "m2 1 3 3 - false",
    ]);
  });

  test("counts the rows of each level as a screen reader tells them, whatever the rule looks like", () => {
    fc.assert(
      fc.property(wildRules, (doc) => {
        const items = itemsOf(doc);
        expect(new Set(keys(items)).size).toBe(items.length);
        for (const { key, level, position, size, parent, holds } of items) {
          const beside = items.filter((other) => other.parent === parent);
          expect([beside[position - 1]?.key, beside.length]).toEqual([key, size]);
          expect(aboveOf(items, key)).toHaveLength(level - 1);
          expect(holds).toBe(items.some((other) => other.parent === key));
        }
      }),
    );
  });

  test("says of each row which exit leads to it", () => {
    fc.assert(
      fc.property(wildRules, (doc) => {
        for (const { from, branch } of outlineOf(doc)) expect(from?.exit ?? null).toBe(branch);
      }),
    );
  });

  test("knows what stands at the end of an exit", () => {
    const items = itemsOf(drawn("s plain c1", "c1 true m1", "c1 false c2", "c2 true m1"));
    expect(itemAt(items, { id: "c1", exit: "true" })?.key).toBe("card m1");
    expect(itemAt(items, { id: "c2", exit: "true" })?.key).toBe("true c2");
    expect(itemAt(items, { id: "c2", exit: "false" })?.row.open).toBe("false");
    expect(itemAt(items, { id: "m1", exit: "plain" })).toBeUndefined();
  });

  test("a card keeps its key wherever it moves, and an exit keeps its own while it is open or repeats a card", () => {
    const before = keys(itemsOf(drawn("s plain c1", "c1 true m1")));
    const after = keys(itemsOf(drawn("s plain c1", "c1 true m1", "c1 false m1")));
    expect(after).toEqual(before);
  });
});

describe("folding", () => {
  test("hides what hangs under the row, to any depth", () => {
    const items = itemsOf(NESTED);
    expect(keys(unfolded(items, new Set([keyOfCard("c1")])))).toEqual(["card s", "card c1", "card m2"]);
    expect(keys(unfolded(items, new Set([keyOfCard("c2")])))).toEqual(["card s", "card c1", "card c2", "false c2", "card m2"]);
  });

  test("shows exactly the rows that have nothing folded above them", () => {
    fc.assert(
      fc.property(wildRules, fc.array(fc.nat()), (doc, picks) => {
        const items = itemsOf(doc);
        const folded = new Set(picks.map((pick) => items[pick % items.length]?.key ?? ""));
        const expected = items.filter(({ key }) => !aboveOf(items, key).some((above) => folded.has(above)));
        expect(unfolded(items, folded)).toEqual(expected);
      }),
    );
  });
});

describe("finding by typing", () => {
  const items = itemsOf(publishedSample());
  const words = ["Start", "Condition 1", "Merge 1", "Condition 2", "Merge 2", "Condition 3", "Merge 3", "Merge 4", "End"];
  const find = (from: string, typed: string): string | undefined => {
    const wordsOf = (item: Item): string => words[items.indexOf(item)] ?? "";
    const found = typedAhead(items, items[words.indexOf(from)]?.key ?? "", typed, wordsOf);
    return found && wordsOf(found);
  };

  test.each([
    ["Start", "m", "Merge 1"],
    ["Merge 1", "m", "Merge 2"],
    ["Merge 4", "M", "Merge 1"],
    ["Merge 2", "merge", "Merge 2"],
    ["Merge 2", "merge 4", "Merge 4"],
    ["Merge 2", "x", undefined],
  ])("from %s, %s leads to %s", (from, typed, to) => {
    expect(find(from, typed)).toBe(to);
  });
});
