import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draftOf, drawn, edits, publishedSample, strangersIn, treeRules, withStrangers } from "../testing/rules";
import { boxesOf, COLUMN_GAP, near, PLAIN_GAP } from "./boxes";
import * as commands from "./commands";
import { begin, record, redo, undo } from "./history";
import {
  combineOf,
  countConditions,
  edgeFrom,
  edgesOf,
  exitOf,
  findInTree,
  kindOf,
  newRule,
  nodeById,
  nodesOf,
  takenIds,
  treeOf,
} from "./rule";
import type { Draft, Exit, JsonObject, RuleDocument } from "./types";

const C1 = "flow-1JBeHxLU";
const C2 = "flow-_p6cFvLk";
const M1 = "flow-y7b5HNsE";
const ROOT = "GroupCondition-Ive7unRq";
const INNER = "GroupCondition-BG9Q_fFo";

function arrows(doc: RuleDocument): string[] {
  return edgesOf(doc).map((edge) => `${edge.source} ${exitOf(edge)} ${edge.target}`);
}

function treeIn(draft: Draft, id: string) {
  const node = nodeById(draft.document, id);
  const tree = node && treeOf(node);
  if (!tree) throw new Error(`${id} has no tree`);
  return tree;
}

function configOf(draft: Draft, id: string): JsonObject {
  const node = nodeById(draft.document, id);
  return (node && combineOf(node)) ?? {};
}

function crowded(draft: Draft): boolean {
  const boxes = [...boxesOf(nodesOf(draft.document), draft.layout).values()];
  return boxes.some((box, index) => boxes.slice(index + 1).some((next) => near(box, next, COLUMN_GAP, PLAIN_GAP)));
}

describe("every command", () => {
  const sequences = fc.tuple(treeRules, fc.array(edits, { minLength: 1, maxLength: 12 }));

  test("can be undone and redone to the very same draft", () => {
    fc.assert(
      fc.property(sequences, ([doc, steps]) => {
        const states = [draftOf(doc)];
        let history = begin(draftOf(doc));
        for (const { name, run } of steps) {
          const next = record(history, name, run(history.present));
          if (next !== history) states.push(structuredClone(next.present));
          history = next;
        }
        for (const state of states.toReversed().slice(1)) {
          history = undo(history);
          expect(history.present).toEqual(state);
        }
        for (const state of states.slice(1)) {
          history = redo(history);
          expect(history.present).toEqual(state);
        }
      }),
    );
  });

  test("leaves the draft it was given alone", () => {
    fc.assert(
      fc.property(treeRules, edits, (doc, { run }) => {
        const draft = draftOf(doc);
        const before = structuredClone(draft);
        run(draft);
        expect(draft).toEqual(before);
      }),
    );
  });

  test("answers the same draft exactly when nothing changed", () => {
    fc.assert(
      fc.property(treeRules, edits, (doc, { run }) => {
        const draft = draftOf(doc);
        const after = run(draft);
        if (after !== draft) expect(after).not.toEqual(draft);
      }),
    );
  });

  test("keeps the members it does not know in whatever it keeps", () => {
    fc.assert(
      fc.property(sequences, ([doc, steps]) => {
        const strange = withStrangers(doc) as RuleDocument;
        const before = strangersIn(strange);
        const after = steps.reduce((draft, { run }) => run(draft), draftOf(strange)).document;
        const survivors = [...takenIds(after)].filter((id) => before.has(id));
        expect(survivors.filter((id) => !strangersIn(after).has(id))).toEqual([]);
        expect(after).toMatchObject({ strange: { was: "here" }, tags: ["kept"], later: { added: true } });
        expect(after.match_v3).toMatchObject({ version: 3, extra: [1, { a: null }] });
      }),
    );
  });

  test("keeps ids unique and every edge between cards of the rule", () => {
    fc.assert(
      fc.property(sequences, ([doc, steps]) => {
        const { document } = steps.reduce((draft, { run }) => run(draft), draftOf(doc));
        const ids = JSON.stringify(document).match(/"id":"[^"]*"/g) ?? [];
        expect(new Set(ids).size).toBe(ids.length);
        for (const edge of edgesOf(document)) {
          expect(nodeById(document, edge.source)).toBeDefined();
          expect(nodeById(document, edge.target)).toBeDefined();
        }
        const taken = edgesOf(document).map((edge) => `${edge.source} ${exitOf(edge)}`);
        expect(new Set(taken).size).toBe(taken.length);
      }),
    );
  });
});

describe("adding a card", () => {
  test("connects it to the open exit and places it by the staircase rule", () => {
    const draft = newRule();
    const condition = nodesOf(draft.document)[1]?.id ?? "";
    const onFalse = commands.addCard(draft, "condition", null, { id: condition, exit: "false" });
    const onTrue = commands.addCard(onFalse.draft, "combine", null, { id: condition, exit: "true" });
    expect(edgeFrom(onTrue.draft.document, condition, "true")?.target).toBe(onTrue.id);
    expect(onFalse.draft.layout.nodes[onFalse.id]).toMatchObject({ x: 72 });
    expect(onTrue.draft.layout.nodes[onTrue.id]).toEqual({
      x: 72 - 24 - 304,
      y: onFalse.draft.layout.nodes[onFalse.id]?.y,
    });
  });

  test("true first or false first, both stand in the same places", () => {
    const places = (exits: Exit[]): unknown[] => {
      let draft = draftOf(drawn("s plain c1"));
      const ids = new Map<Exit, string>();
      for (const exit of exits) {
        const added = commands.addCard(draft, "combine", null, { id: "c1", exit });
        ids.set(exit, added.id);
        draft = added.draft;
      }
      return (["true", "false"] as const).map((exit) => draft.layout.nodes[ids.get(exit) ?? ""]);
    };
    expect(places(["true", "false"])).toEqual(places(["false", "true"]));
  });

  test("leaves a taken exit as it is", () => {
    const draft = draftOf(publishedSample());
    const added = commands.addCard(draft, "condition", null, { id: C1, exit: "true" });
    expect(arrows(added.draft.document)).toEqual(arrows(draft.document));
    expect(nodesOf(added.draft.document)).toHaveLength(10);
  });

  test("puts it where it was dropped, in whole pixels", () => {
    const added = commands.addCard(newRule(), "combine", { x: 10.4, y: -3.6 });
    expect(added.draft.layout.nodes[added.id]).toEqual({ x: 10, y: -4 });
  });

  test("crowds no other card when it chooses the place", () => {
    fc.assert(
      fc.property(treeRules, fc.array(fc.nat(), { maxLength: 6 }), (doc, seeds) => {
        let draft = draftOf(doc);
        for (const seed of seeds) {
          const nodes = nodesOf(draft.document).filter((node) => kindOf(node) === "condition");
          const id = nodes[seed % Math.max(1, nodes.length)]?.id ?? "start";
          draft = commands.addCard(draft, seed % 3 ? "condition" : "combine", null, {
            id,
            exit: seed % 2 ? "true" : "false",
          }).draft;
        }
        expect(crowded(draft)).toBe(false);
      }),
    );
  });

  test("lets a loose End make way, and brings it under the card that first leads to it", () => {
    const draft = draftOf(drawn("s plain c1", "e"));
    const merge = commands.addCard(draft, "combine", null, { id: "c1", exit: "false" });
    expect(merge.draft.layout.nodes).toMatchObject({ [merge.id]: { x: 72, y: 160 }, e: { y: 264 + 112 } });
    const ended = commands.addCard(merge.draft, "end", null, { id: merge.id, exit: "plain" });
    expect(ended.draft.layout.nodes.e).toEqual({ x: 72 + 116, y: 288 });
    expect(edgeFrom(ended.draft.document, merge.id, "plain")?.target).toBe("e");
  });

  test("connects the End there is instead of adding a second", () => {
    const draft = draftOf(publishedSample());
    const added = commands.addCard(draft, "end", null, { id: M1, exit: "plain" });
    expect(added.id).toBe("flow-cFpXzlxZ");
    expect(nodesOf(added.draft.document)).toHaveLength(9);
    expect(edgeFrom(added.draft.document, M1, "plain")?.target).toBe(added.id);
  });
});

describe("connecting", () => {
  test("moves the edge of a taken exit, which keeps its id", () => {
    const draft = draftOf(publishedSample());
    const after = commands.connect(draft, { id: C1, exit: "true" }, C2);
    expect(edgeFrom(after.document, C1, "true")).toEqual({
      id: "edge-CkdHb85Z",
      source: C1,
      target: C2,
      value: "true",
    });
    expect(edgesOf(after.document)).toHaveLength(8);
  });

  test("refuses what the rule forbids", () => {
    const draft = draftOf(publishedSample());
    expect(commands.connect(draft, { id: C2, exit: "true" }, C1)).toBe(draft);
  });

  test("gives the edge out of Start no value", () => {
    const draft = draftOf(drawn("s", "c1"));
    const [edge] = edgesOf(commands.connect(draft, { id: "s", exit: "plain" }, "c1").document);
    expect(edge).not.toHaveProperty("value");
  });
});

describe("removing", () => {
  test("takes a card's edges and place along", () => {
    const after = commands.removeNodes(draftOf(publishedSample()), [C2]);
    expect(arrows(after.document).filter((arrow) => arrow.includes(C2))).toEqual([]);
    expect(after.layout.nodes).not.toHaveProperty(C2);
    expect(edgesOf(after.document)).toHaveLength(5);
  });

  test("keeps Start", () => {
    const draft = draftOf(publishedSample());
    expect(commands.removeNodes(draft, ["flow-lKSGbvq-"])).toBe(draft);
  });
});

describe("inserting on an edge", () => {
  test("leads the edge to the new card, its true exit to the old target, and leaves its false exit open", () => {
    const draft = draftOf(publishedSample());
    const { draft: after, id } = commands.insertOnEdge(draft, "edge-BAurs1Qu", "condition");
    expect(edgeFrom(after.document, C1, "false")).toMatchObject({ id: "edge-BAurs1Qu", target: id });
    expect(edgeFrom(after.document, id, "true")?.target).toBe(C2);
    expect(edgeFrom(after.document, id, "false")).toBeUndefined();
    const others = arrows(after.document).filter((arrow) => !arrow.includes(id));
    expect(others).toEqual(arrows(draft.document).filter((arrow) => !arrow.startsWith(`${C1} false`)));
  });

  test("makes room, and what does not follow stays where it is", () => {
    fc.assert(
      fc.property(treeRules, fc.nat(), (doc, seed) => {
        const draft = draftOf(doc);
        const edges = edgesOf(doc);
        const edge = edges[seed % edges.length];
        const { draft: after } = commands.insertOnEdge(draft, edge?.id ?? "", "condition");
        expect(crowded(after)).toBe(false);
        expect(after.layout.nodes.start).toEqual(draft.layout.nodes.start);
      }),
    );
  });

  test("what follows the new card starts under its true neighbour too", () => {
    const draft = draftOf(publishedSample());
    const { draft: after } = commands.insertOnEdge(draft, "edge-SPhMFJXM", "condition");
    const boxes = boxesOf(nodesOf(after.document), after.layout);
    const [neighbour, moved] = [boxes.get("flow-oUm2Cw50"), boxes.get("flow-AlJfG3vo")];
    expect(moved?.top).toBe((neighbour?.bottom ?? 0) + 40);
  });

  test("is refused behind a merge card", () => {
    const draft = draftOf(publishedSample());
    expect(commands.insertOnEdge(draft, "edge-V50dBRsx", "condition")).toEqual({ draft, id: "" });
  });
});

describe("the condition tree", () => {
  const draft = draftOf(publishedSample());

  test("changes one condition and nothing beside it", () => {
    const after = commands.setMatch(draft, C1, "GroupCondition-Tb6XLa3x", { operate: "REGEX", value: ["Cri.*"] });
    const text = JSON.stringify(draft.document);
    const inner = text.indexOf("GroupCondition-Tb6XLa3x");
    const changed = text.slice(inner).replace('"EQUALS","value":["Critical"]', '"REGEX","value":["Cri.*"]');
    expect(JSON.stringify(after.document)).toBe(text.slice(0, inner) + changed);
  });

  test("empties the values of a condition that asks for existence", () => {
    const after = commands.setMatch(draft, C1, "GroupCondition-Tb6XLa3x", { operate: "EXIST" });
    expect(findInTree(treeIn(after, C1), "GroupCondition-Tb6XLa3x")).toMatchObject({ match: { value: [] } });
  });

  test("adds a condition and a group with one condition", () => {
    const first = commands.addCondition(draft, C1, INNER);
    const second = commands.addGroup(first.draft, C1, ROOT);
    expect(countConditions(treeIn(second.draft, C1))).toBe(8);
    expect(findInTree(treeIn(second.draft, C1), first.id)).toMatchObject({ type: "text" });
    expect(treeIn(second.draft, C1).nodes.at(-1)).toMatchObject({ id: second.id, type: "bool", value: "and" });
  });

  test("adds nothing to a condition", () => {
    expect(commands.addCondition(draft, C1, "GroupCondition-Tb6XLa3x")).toEqual({ draft, id: "" });
  });

  test("takes an inner group out with its last condition, but never the root", () => {
    const after = commands.removeFromTree(draft, C1, "GroupCondition-Tb6XLa3x");
    expect(findInTree(treeIn(after, C1), INNER)).toBeUndefined();
    const emptied = commands.removeFromTree(draft, C2, "GroupCondition-o2wukru4");
    expect(treeIn(emptied, C2).nodes).toEqual([]);
  });

  test("moves a condition among its siblings and stops at the ends", () => {
    const after = commands.moveInTree(draft, C1, INNER, -1);
    expect(
      treeIn(after, C1)
        .nodes.map(({ id }) => id)
        .slice(0, 2),
    ).toEqual([INNER, "GroupCondition-PsYsjYeE"]);
    expect(commands.moveInTree(after, C1, INNER, -1)).toBe(after);
  });

  test("joins a group the other way", () => {
    expect(treeIn(commands.setJoin(draft, C1, ROOT, "or"), C1).value).toBe("or");
    expect(commands.setJoin(draft, C1, ROOT, "and")).toBe(draft);
  });
});

describe("a merge card", () => {
  const draft = draftOf(publishedSample());

  test("changes the named settings and keeps the rest in order", () => {
    const after = commands.setCombine(draft, M1, { group_wait: 30 });
    expect(Object.keys(configOf(after, M1))).toEqual(Object.keys(configOf(draft, M1)));
    expect(configOf(after, M1)).toMatchObject({ group_wait: 30, group_interval: 5 });
  });

  test("merges one way or the other, never both", () => {
    const after = commands.setMergeBy(draft, M1, { group_by: ["resource_provider"] });
    expect(Object.keys(configOf(after, M1))).toEqual([
      "group_by",
      "bind_notification_rule_ids",
      "group_interval",
      "group_repeat_waiting",
      "group_wait",
    ]);
    const ai_group_by = ["event_name", "alarm_info", "tag"];
    expect(commands.setMergeBy(after, M1, { ai_group_by }).document).toEqual(draft.document);
  });
});

describe("replacing the document", () => {
  test("keeps the places of cards it has already and finds places for the rest", () => {
    const draft = commands.moveNodes(draftOf(drawn("s plain c1")), { c1: { x: 500, y: 500 } });
    const after = commands.replaceDocument(draft, drawn("s plain c1", "c1 true m1"));
    expect(after.layout.nodes).toMatchObject({ c1: { x: 500, y: 500 }, m1: { y: 604 } });
    expect(crowded(after)).toBe(false);
  });

  test("forgets the places of cards that are gone", () => {
    const after = commands.replaceDocument(draftOf(drawn("s plain c1", "c1 true m1")), drawn("s plain c1"));
    expect(Object.keys(after.layout.nodes)).toEqual(["s", "c1"]);
  });

  test("takes a legacy rule without cards", () => {
    const after = commands.replaceDocument(newRule(), { name: "old", detail: [] });
    expect(after).toEqual({ document: { name: "old", detail: [] }, layout: { nodes: {} } });
  });

  test("changes nothing for the document it has", () => {
    const draft = draftOf(publishedSample());
    expect(commands.replaceDocument(draft, publishedSample())).toBe(draft);
  });
});
