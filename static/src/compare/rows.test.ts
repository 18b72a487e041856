import { describe, expect, test } from "vitest";

import * as commands from "../model/commands";
import type { Draft } from "../model/types";
import { draftOf, drawn } from "../testing/rules";
import { compare, rowsOf, spokenRow, summaryOf, type Row } from "./rows";

const base = draftOf(drawn("s plain c1", "c1 true m1", "c1 false c2", "c2 true m2", "c2 false m3"));

function rows(after: Draft): Row[] {
  return rowsOf(compare(base, after));
}

function said(after: Draft): string[] {
  return rows(after).map(spokenRow);
}

describe("the list of changes", () => {
  test("tells where an exit leads with its card, and a card that is gone by the name it had", () => {
    const after = commands.connect(commands.removeNodes(base, ["m2"]), { id: "c2", exit: "true" }, "m3");
    expect(said(after)).toEqual([
      "Condition 2 changed, true leads to: Merge 2 instead of Merge 2 (removed)",
      "Merge 2 removed, by source, first after 15 s, then every 1 min, repeat 1 h, tells oncall",
    ]);
    expect(rows(after)[1]).toMatchObject({ title: "Merge 2", mark: "removed" });
  });

  test("tells what a card was called when others came before it", () => {
    const { draft } = commands.insertOnEdge(base, "c1.true.m1", "condition");
    const moved = commands.moveNodes(draft, { c2: { x: 999, y: 999 } });
    const after = commands.setMatch(moved, "c2", "c2-leaf0", { value: ["b"] });
    const row = rows(after).find(({ cards }) => cards.includes("c2"));
    expect(row).toMatchObject({ title: "Condition 3", note: "was Condition 2, stands elsewhere too" });
  });

  test("holds cards that only moved in one entry", () => {
    const after = commands.moveNodes(base, { m1: { x: -999, y: 0 }, m3: { x: 999, y: 0 } });
    expect(said(after)).toEqual(["Merge 1, Merge 3 moved, place only"]);
  });

  test("is empty when nothing differs", () => {
    expect(rows(base)).toEqual([]);
    expect(summaryOf(compare(base, base).changes)).toBe("");
  });
});

test("a summary counts cards, branches and the rule itself", () => {
  let after = commands.setRuleMember(base, "desc", "new");
  after = commands.setCombine(after, "m1", { group_wait: 1 });
  after = commands.setCombine(after, "m3", { group_wait: 1 });
  after = commands.disconnect(after, "c2.true.m2");
  after = commands.addCard(after, "combine", { x: 900, y: 900 }).draft;
  expect(summaryOf(compare(base, after).changes)).toBe(
    "2 cards changed, 1 card added, 1 branch leads elsewhere, the rule's own settings changed",
  );
});
