import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draftOf, drawn, edits, treeRules } from "../testing/rules";
import { boxAt, near } from "./boxes";
import * as commands from "./commands";
import { diff } from "./diff";
import { pictureOf, unionTree, type Picture } from "./picture";
import { edgesOf, nodeById, nodesOf, treeOf } from "./rule";
import type { Draft, Group } from "./types";

function picture(before: Draft, after: Draft): Picture {
  return pictureOf(before, after, diff(before, after));
}

function overlapping({ cards }: Picture): string[] {
  return cards.flatMap((a, index) =>
    cards.slice(index + 1).flatMap((b) => (near(boxAt(a.point, a.size), boxAt(b.point, b.size), 0, 0) ? [`${a.id} ${b.id}`] : [])),
  );
}

describe("the picture of two versions", () => {
  const sequences = fc.tuple(treeRules, fc.array(edits, { minLength: 1, maxLength: 8 }));

  test("has every card and every edge of both, each once", () => {
    fc.assert(
      fc.property(sequences, ([doc, steps]) => {
        const before = draftOf(doc);
        const after = steps.reduce((draft, { run }) => run(draft), before);
        const { cards, edges } = picture(before, after);
        const ids = [...new Set([...nodesOf(before.document), ...nodesOf(after.document)].map(({ id }) => id))];
        expect(cards.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
        const later = edges.filter(({ mark }) => mark !== "removed").map(({ id }) => id);
        expect(later.toSorted()).toEqual(edgesOf(after.document).map(({ id }) => id).toSorted());
        expect(new Set(edges.map(({ key }) => key)).size).toBe(edges.length);
      }),
    );
  });

  test("of one version and itself is that version, where it stands", () => {
    fc.assert(
      fc.property(treeRules, (doc) => {
        const draft = draftOf(doc);
        const { cards, edges } = picture(draft, draft);
        expect(cards.every(({ mark }) => mark === "same")).toBe(true);
        expect(Object.fromEntries(cards.map(({ id, point }) => [id, point]))).toEqual(draft.layout.nodes);
        expect(edges.every(({ mark }) => mark === "same")).toBe(true);
      }),
    );
  });

  test("puts a card that is gone beside the one in its place, and what grew pushes the rest down", () => {
    const before = draftOf(drawn("s plain c1", "c1 true m1", "c1 false c2", "c2 true m2", "m2 plain e"));
    const cut = commands.removeNodes(before, ["m1"]);
    const { draft } = commands.addCard(cut, "combine", before.layout.nodes.m1 ?? null, { id: "c1", exit: "true" });
    const after = commands.setCombine(draft, "m2", { group_wait: 1, bind_notification_rule_ids: ["a", "b"] });
    const both = picture(before, after);
    expect(overlapping(both)).toEqual([]);
    expect(both.cards.find(({ id }) => id === "m1")).toMatchObject({ mark: "removed", after: null });
    const end = both.cards.find(({ id }) => id === "e");
    expect(end?.point.y).toBeGreaterThan(after.layout.nodes.e?.y ?? Infinity);
  });

  test("draws an edge that leads elsewhere twice: where it leads and where it led", () => {
    const before = draftOf(drawn("s plain c1", "c1 true m1", "m2"));
    const { edges } = picture(before, commands.connect(before, { id: "c1", exit: "true" }, "m2"));
    expect(edges.filter(({ exit }) => exit === "true").map(({ target, mark }) => [target, mark])).toEqual([
      ["m2", "changed"],
      ["m1", "removed"],
    ]);
  });
});

test("a condition that was taken out stays in the tree where it stood", () => {
  const before = draftOf(drawn("s plain c1"));
  const tree = (draft: Draft): Group => {
    const node = nodeById(draft.document, "c1");
    const found = node && treeOf(node);
    if (!found) throw new Error("no tree");
    return found;
  };
  const more = commands.addCondition(before, "c1", "c1-root").draft;
  const less = commands.removeFromTree(more, "c1", "c1-leaf0");
  const { inside } = unionTree(tree(more), tree(less));
  expect(inside.map(({ mark }) => mark)).toEqual(["removed", "same"]);
});
