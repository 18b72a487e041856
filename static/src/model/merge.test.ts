import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conditionCard, draftOf, drawn, edits, leaf, mergeCard, publishedSample, treeRules, wildRules } from "../testing/rules";
import { boxesOf, near } from "./boxes";
import * as commands from "./commands";
import { diff } from "./diff";
import { choiceOf, merged, partsOf, undecided, type Choices, type Part, type Side, type Three } from "./merge";
import { combineOf, edgeFrom, nodeById, nodesOf, treeIds, treeOf } from "./rule";
import type { Draft, FlowNode, JsonObject } from "./types";

const steps = fc.array(edits, { minLength: 1, maxLength: 8 });
const rules = fc.oneof(treeRules, wildRules);

function after(draft: Draft, run: { run: (draft: Draft) => Draft }[]): Draft {
  return run.reduce((at, step) => step.run(at), draft);
}

function threes(): fc.Arbitrary<Three> {
  return fc.tuple(rules, steps, steps).map(([doc, mine, theirs]) => {
    const base = draftOf(doc);
    return { base, mine: after(base, mine), theirs: after(base, theirs) };
  });
}

function allOf(parts: readonly Part[], side: Side): Choices {
  return Object.fromEntries(parts.map(({ key }) => [key, side]));
}

function same(a: Draft, b: Draft): unknown[] {
  const nowhere = { nodes: {} };
  return diff({ ...a, layout: nowhere }, { ...b, layout: nowhere });
}

function auto(drafts: Three): Draft {
  const parts = partsOf(drafts);
  expect(undecided(parts, {})).toEqual([]);
  return merged(drafts, parts, {});
}

describe("putting two drafts together", () => {
  test("takes all of the only side that changed anything, and asks nothing", () => {
    fc.assert(
      fc.property(rules, steps, (doc, run) => {
        const base = draftOf(doc);
        const changed = after(base, run);
        expect(same(auto({ base, mine: base, theirs: changed }), changed)).toEqual([]);
        expect(same(auto({ base, mine: changed, theirs: base }), changed)).toEqual([]);
        expect(partsOf({ base, mine: changed, theirs: changed })).toEqual([]);
      }),
    );
  });

  test("is all mine or all theirs when every choice is", () => {
    fc.assert(
      fc.property(threes(), (drafts) => {
        const parts = partsOf(drafts);
        expect(same(merged(drafts, parts, allOf(parts, "mine")), drafts.mine)).toEqual([]);
        expect(same(merged(drafts, parts, allOf(parts, "theirs")), drafts.theirs)).toEqual([]);
      }),
    );
  });

  test("gives every card and edge one id, and every edge both its cards, whatever is chosen", () => {
    const picks = fc.infiniteStream(fc.constantFrom<Side>("mine", "theirs"));
    fc.assert(
      fc.property(threes(), picks, (drafts, sides) => {
        const parts = partsOf(drafts);
        const choices = Object.fromEntries(parts.map(({ key }) => [key, sides.next().value as Side]));
        const { document, layout } = merged(drafts, parts, choices);
        const ids = nodesOf(document).map(({ id }) => id);
        const edges = (document.match_v3 as { edges: { id: string; source: string; target: string }[] }).edges;
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
        expect(edges.filter(({ source, target }) => !ids.includes(source) || !ids.includes(target))).toEqual([]);
        expect(Object.keys(layout.nodes).toSorted()).toEqual(ids.toSorted());
      }),
    );
  });
});

function sample(): Draft {
  return draftOf(publishedSample());
}

const C1 = "flow-1JBeHxLU";
const M1 = "flow-y7b5HNsE";
const ROOT = "GroupCondition-Ive7unRq";

describe("one card changed by both", () => {
  test("keeps the first wait of one and the repeat of the other", () => {
    const base = sample();
    const both = auto({
      base,
      mine: commands.setCombine(base, M1, { group_wait: 30 }),
      theirs: commands.setCombine(base, M1, { group_repeat_waiting: 3600 }),
    });
    const node = nodeById(both.document, M1);
    expect(node && combineOf(node)).toMatchObject({ group_wait: 30, group_repeat_waiting: 3600 });
  });

  test("is a choice of mine or theirs where both changed one setting", () => {
    const base = sample();
    const drafts = {
      base,
      mine: commands.setCombine(base, M1, { group_wait: 30 }),
      theirs: commands.setCombine(base, M1, { group_wait: 15 }),
    };
    const parts = partsOf(drafts);
    expect(parts).toMatchObject([{ subject: "card", id: M1, facet: "/value/combineConfig/group_wait", choice: null }]);
    for (const [side, wait] of [["mine", 30], ["theirs", 15]] as const) {
      const node = nodeById(merged(drafts, parts, allOf(parts, side)).document, M1);
      expect(node && combineOf(node)?.group_wait).toBe(wait);
    }
  });

  test("has the conditions both added, and offers either side's instead", () => {
    const base = sample();
    const mine = commands.addCondition(base, C1, ROOT);
    const theirs = commands.addCondition(base, C1, ROOT);
    const drafts = { base, mine: mine.draft, theirs: theirs.draft };
    const parts = partsOf(drafts);
    expect(parts).toMatchObject([{ id: C1, facet: "/value", changed: "both", choice: "both", joins: true }]);
    const idsIn = ({ document }: Draft): string[] => {
      const node = nodeById(document, C1);
      const tree = node && treeOf(node);
      return tree ? treeIds(tree) : [];
    };
    expect(idsIn(auto(drafts))).toEqual(expect.arrayContaining([mine.id, theirs.id]));
    expect(idsIn(merged(drafts, parts, allOf(parts, "theirs")))).not.toContain(mine.id);
  });

  function card(...nodes: JsonObject[]): Draft {
    const node: FlowNode = { ...conditionCard("c"), value: { id: "root", type: "bool", value: "and", nodes } };
    return { document: { match_v3: { nodes: [node], edges: [] } }, layout: { nodes: {} } };
  }

  test("is a choice where one took out what the other changed, or both changed one condition", () => {
    const [base, gone] = [card(leaf("a"), leaf("b")), card(leaf("b"))];
    const theirs = card(leaf("a", "team", ["other"]), leaf("b"));
    expect(partsOf({ base, mine: gone, theirs })).toMatchObject([{ facet: "/value", choice: null, joins: false }]);
    const mine = card(leaf("a", "env", ["prod"]), leaf("b"));
    expect(partsOf({ base, mine, theirs })).toMatchObject([{ facet: "/value", choice: null }]);
  });

  test("keeps the order one side gave and the condition the other added", () => {
    const base = card(leaf("a"), leaf("b"));
    const both = auto({ base, mine: card(leaf("b"), leaf("a")), theirs: card(leaf("a"), leaf("n"), leaf("b")) });
    const node = nodeById(both.document, "c");
    const tree = node && treeOf(node);
    expect(tree?.nodes.map(({ id }) => id)).toEqual(["b", "a", "n"]);
  });
});

describe("cards and exits", () => {
  test("a card one side removed and the other changed is a choice, and its edges go or stay with it", () => {
    const base = draftOf(drawn("s plain c1", "c1 true m1", "c1 false c2", "c2 true m2"));
    const mine = commands.removeNodes(base, ["c2"]);
    const theirs = commands.setMatch(base, "c2", "c2-leaf0", { value: ["new"] });
    const drafts = { base, mine, theirs };
    const parts = partsOf(drafts);
    expect(undecided(parts, {})).toMatchObject([{ subject: "card", id: "c2", facet: "" }]);
    expect(parts.filter(({ follows }) => follows === parts[0]?.key).map(({ id }) => id)).toEqual(["c1", "c2"]);
    const kept = merged(drafts, parts, { [parts[0]?.key ?? ""]: "theirs" });
    expect(edgeFrom(kept.document, "c1", "false")?.target).toBe("c2");
    expect(edgeFrom(kept.document, "c2", "true")?.target).toBe("m2");
    const gone = merged(drafts, parts, { [parts[0]?.key ?? ""]: "mine" });
    expect(same(gone, mine)).toEqual([]);
  });

  test("a card one side removed and the other led to is a choice", () => {
    const base = draftOf(drawn("s plain c1", "c1 true m1", "c1 false c2"));
    const mine = commands.removeNodes(base, ["m1"]);
    const theirs = commands.connect(base, { id: "c2", exit: "true" }, "m1");
    const parts = partsOf({ base, mine, theirs });
    expect(parts.filter(({ choice }) => choice === null)).toMatchObject([{ subject: "card", id: "m1" }]);
  });

  test("one exit both led elsewhere is a choice, and never has two edges", () => {
    const base = draftOf(drawn("s plain c1", "m1", "m2"));
    const drafts = {
      base,
      mine: commands.connect(base, { id: "c1", exit: "true" }, "m1"),
      theirs: commands.connect(base, { id: "c1", exit: "true" }, "m2"),
    };
    const parts = partsOf(drafts);
    expect(parts).toMatchObject([{ subject: "exit", id: "c1", exit: "true", changed: "both", choice: null }]);
    const { document } = merged(drafts, parts, allOf(parts, "theirs"));
    expect(edgeFrom(document, "c1", "true")?.target).toBe("m2");
    expect((document.match_v3 as { edges: unknown[] }).edges).toHaveLength(2);
  });

  test("cards both added at one place do not lie on each other", () => {
    const base = draftOf(drawn("s plain c1", "c1 true m1", "c1 false m2"));
    const added = (): Draft => commands.addCard(base, "combine", { x: 600, y: 600 }).draft;
    const both = auto({ base, mine: added(), theirs: added() });
    const boxes = [...boxesOf(nodesOf(both.document), both.layout).values()];
    expect(boxes).toHaveLength(6);
    expect(boxes.some((a, index) => boxes.slice(index + 1).some((b) => near(a, b, 0, 0)))).toBe(false);
  });

  test("cards stay where the side that moved them put them", () => {
    const base = draftOf(drawn("s plain c1", "c1 true m1"));
    const both = auto({
      base,
      mine: commands.moveNodes(base, { m1: { x: -900, y: 0 } }),
      theirs: commands.moveNodes(base, { m1: { x: -800, y: 0 }, c1: { x: 5, y: 500 } }),
    });
    expect(both.layout.nodes).toMatchObject({ m1: { x: -900, y: 0 }, c1: { x: 5, y: 500 } });
  });
});

test("what nobody knows in a rule is put together like everything else", () => {
  const rule = (more: JsonObject): Draft => ({
    document: { match_v3: { nodes: [mergeCard("m"), "?"], edges: [] }, ...more },
    layout: { nodes: {} },
  });
  const base = rule({ x: 1 });
  const theirs = { ...rule({ x: 1, y: 2 }) };
  const mine = rule({});
  (mine.document.match_v3 as { nodes: unknown[] }).nodes.push({ id: 7 });
  const { document } = auto({ base, mine, theirs });
  expect(document).not.toHaveProperty("x");
  expect(document).toHaveProperty("y", 2);
  expect((document.match_v3 as { nodes: unknown[] }).nodes).toEqual([mergeCard("m"), "?", { id: 7 }]);
});

test("a choice made for a part is kept over what is taken by itself", () => {
  const base = sample();
  const drafts = { base, mine: base, theirs: commands.setCombine(base, M1, { group_wait: 15 }) };
  const parts = partsOf(drafts);
  const [part] = parts;
  if (!part) throw new Error("no part");
  expect(choiceOf(part, parts, {})).toBe("theirs");
  expect(choiceOf(part, parts, { [part.key]: "mine" })).toBe("mine");
  expect(same(merged(drafts, parts, { [part.key]: "mine" }), base)).toEqual([]);
});
