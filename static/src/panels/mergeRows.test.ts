import { describe, expect, test } from "vitest";

import * as commands from "../model/commands";
import { partsOf, type Three } from "../model/merge";
import type { Draft } from "../model/types";
import { draftOf, drawn } from "../testing/rules";
import { mergeRows, type Said } from "./mergeRows";

const base = draftOf(drawn("s plain c1", "c1 true m1", "c1 false c2"));

function words({ changed, lines }: Said): string {
  if (!changed) return "unchanged";
  return lines.map(({ label, old, now }) => [label, old ?? "", now ?? ""].filter((word) => word !== "").join(" ")).join("; ");
}

function told(mine: Draft, theirs: Draft): string[][] {
  const drafts: Three = { base, mine, theirs };
  return mergeRows(drafts, partsOf(drafts)).map((row) => [row.title, row.what, words(row.theirs), words(row.mine)]);
}

describe("the choices after a stale save", () => {
  test("begin with what both changed, and say what each side made of it", () => {
    const mine = commands.setRuleMember(commands.setCombine(base, "m1", { group_wait: 30 }), "desc", "mine");
    const theirs = commands.setCombine(base, "m1", { group_wait: 0 });
    expect(told(mine, theirs)).toEqual([
      ["Merge 1", "first after", "first after 15 s 0 s", "first after 15 s 30 s"],
      ["Rule", "description", "unchanged", "description mine"],
    ]);
  });

  test("name the card that one side took out and the other changed", () => {
    const theirs = commands.setCombine(base, "m1", { group_wait: 0 });
    expect(told(commands.removeNodes(base, ["m1"]), theirs)).toEqual([
      ["Merge 1", "the whole card", "first after 15 s 0 s", "removed"],
    ]);
  });

  test("name the card that one side took out and the other led to", () => {
    const theirs = commands.connect(base, { id: "c2", exit: "true" }, "m1");
    expect(told(commands.removeNodes(base, ["m1"]), theirs)[0]).toEqual([
      "Merge 1",
      "the whole card",
      "leads here now",
      "removed",
    ]);
  });

  test("tell where each side leads an exit", () => {
    const mine = commands.connect(base, { id: "c2", exit: "true" }, "m1");
    const added = commands.addCard(base, "combine", { x: 900, y: 900 }, { id: "c2", exit: "true" });
    expect(told(mine, added.draft)).toEqual([
      ["Condition 2", "true", "leads to nothing Merge 2", "leads to nothing Merge 1"],
      ["Merge 2", "the whole card", "added; by source; first after 15 s, then every 1 min, repeat 1 h; tells nobody", "unchanged"],
    ]);
  });
});
