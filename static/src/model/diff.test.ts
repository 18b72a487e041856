import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conditionCard, draftOf, drawn, edits, leaf, mergeCard, publishedSample, treeRules, wildRules } from "../testing/rules";
import { pointOf } from "./boxes";
import * as commands from "./commands";
import { byExit, diff, type Change, type FieldChange } from "./diff";
import { canonical } from "./facets";
import { edgesOf, isObject, nodesOf, treeOf } from "./rule";
import type { Draft, FlowNode, Json, JsonObject, RuleDocument } from "./types";

const sequences = fc.tuple(fc.oneof(treeRules, wildRules), fc.array(edits, { minLength: 1, maxLength: 12 }));

function after(draft: Draft, steps: { run: (draft: Draft) => Draft }[]): Draft {
  return steps.reduce((at, { run }) => run(at), draft);
}

/** The same document with the members of every object, and the nodes and edges, in another order. */
function shuffled(value: Json): Json {
  if (Array.isArray(value)) return value.map(shuffled);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, name === "edges" ? (shuffled(member) as Json[]).toReversed() : shuffled(member)]),
  );
}

function only(changes: Change[]): Change {
  const [change] = changes;
  if (!change || changes.length !== 1) throw new Error(`${changes.length} changes`);
  return change;
}

function words(changes: Change[]): (string | null)[][] {
  return changes.flatMap(({ fields }) => fields.map(({ label, how, old, new: now }) => [label, how, old, now]));
}

function oneCard(node: FlowNode): Draft {
  return { document: { match_v3: { nodes: [node], edges: [] } }, layout: { nodes: {} } };
}

function tree(...nodes: JsonObject[]): FlowNode {
  return { ...conditionCard("c"), value: { id: "root", type: "bool", value: "and", nodes } };
}

function group(id: string, value: string, ...nodes: JsonObject[]): JsonObject {
  return { id, type: "bool", value, nodes };
}

describe("the difference of two versions", () => {
  test("is empty for one version and itself, however it is written down", () => {
    fc.assert(
      fc.property(fc.oneof(treeRules, wildRules), (doc) => {
        const { layout } = draftOf(doc);
        expect(diff({ document: doc, layout }, { document: shuffled(doc) as RuleDocument, layout })).toEqual([]);
      }),
    );
  });

  test("names exactly the cards and edges that are not the same in both", () => {
    fc.assert(
      fc.property(sequences, ([doc, steps]) => {
        const old = draftOf(doc);
        const now = after(old, steps);
        const named = (subject: string, changes: Change[]) =>
          changes.filter((change) => change.subject === subject).map(({ id }) => id);
        const changes = diff(old, now);
        expect(named("card", changes).toSorted()).toEqual(unequal(nodesOf, old, now));
        expect(named("edge", changes).toSorted()).toEqual(unequal(edgesOf, old, now));
        expect(named("rule", changes).length > 0).toBe(
          old.document.name !== now.document.name || old.document.desc !== now.document.desc,
        );
      }),
    );
  });

  test("is the other way round the other way round", () => {
    fc.assert(
      fc.property(sequences, ([doc, steps]) => {
        const old = draftOf(doc);
        const now = after(old, steps);
        expect(sorted(diff(now, old))).toEqual(sorted(diff(old, now).map(turned)));
      }),
    );
  });

  test("leads every wait, name and condition from its old words to its new ones", () => {
    const old = draftOf(publishedSample());
    const [merge] = nodesOf(old.document).filter((node) => node.businessType === "CombineConf");
    const now = commands.setCombine(
      commands.setMergeBy(old, merge?.id ?? "", { group_by: ["resource_provider", "event_severity"] }),
      merge?.id ?? "",
      { group_wait: 90, group_repeat_waiting: 3600, bind_notification_rule_ids: [] },
    );
    expect(only(diff(old, now))).toMatchObject({ subject: "card", id: merge?.id, kind: "changed", moved: false });
    expect(words(diff(old, now))).toEqual([
      ["merges by", "changed", "smart: event name, alarm info, tags", "by source and severity"],
      ["first after", "changed", "0 s", "1 min 30 s"],
      ["repeat", "changed", "no repeat", "1 h"],
      ["tells", "changed", "aaa", "nobody"],
    ]);
  });
});

function unequal(itemsOf: (doc: RuleDocument) => { id: string }[], old: Draft, now: Draft): string[] {
  const text = ({ document, layout }: Draft, id: string): string => {
    const item = itemsOf(document).find((candidate) => candidate.id === id);
    return item ? canonical([item, itemsOf === nodesOf ? (pointOf(layout, id) ?? null) : null]) : "";
  };
  const ids = new Set([...itemsOf(old.document), ...itemsOf(now.document)].map(({ id }) => id));
  return [...ids].filter((id) => text(old, id) !== text(now, id)).toSorted();
}

const OPPOSITE = { added: "removed", removed: "added", changed: "changed", moved: "moved" } as const;

function turned(change: Change): Change {
  const fields = change.fields.map(
    (field): FieldChange => ({ ...field, how: OPPOSITE[field.how], old: field.new, new: field.old }),
  );
  if (change.subject === "rule") return { ...change, fields };
  if (change.subject === "card") return { ...change, fields, kind: OPPOSITE[change.kind] };
  const kind = OPPOSITE[change.kind];
  return { ...change, fields, kind, before: change.after, after: change.before };
}

/** Without pointers into one of the versions, and in an order of its own. */
function sorted(changes: Change[]): unknown[] {
  const plain = changes.map((change) => ({
    ...change,
    fields: change.fields.map((field) => JSON.stringify({ ...field, pointer: "" })).toSorted(),
  }));
  return plain.toSorted((a, b) => (`${a.subject} ${a.id}` < `${b.subject} ${b.id}` ? -1 : 1));
}

describe("a card", () => {
  test("that only stands elsewhere is moved, not changed", () => {
    const old = draftOf(drawn("s plain c1"));
    const change = only(diff(old, commands.moveNodes(old, { c1: { x: 999, y: 8 } })));
    expect(change).toMatchObject({ subject: "card", id: "c1", kind: "moved", fields: [] });
  });

  test("that one version has no place for has not moved", () => {
    const old = draftOf(drawn("s plain c1"));
    expect(diff({ ...old, layout: { nodes: {} } }, old)).toEqual([]);
  });

  test("with members nobody knows tells them by their place", () => {
    const old = { ...mergeCard("m"), x_note: { kept: [1, { a: 2 }] }, "a/b": 1 };
    const now = { ...mergeCard("m"), x_note: { kept: [1, { a: 3 }, null] } };
    expect(only(diff(oneCard(old), oneCard(now))).fields.map(({ pointer, how }) => [pointer, how])).toEqual([
      ["/x_note/kept/1/a", "changed"],
      ["/x_note/kept/2", "added"],
      ["/a~1b", "removed"],
    ]);
  });

  test("whose values differ though their words do not shows the values", () => {
    const card = (wait: Json): FlowNode => ({
      ...mergeCard("m"),
      value: { combineConfig: { group_wait: wait } },
    });
    expect(words(diff(oneCard(card(60)), oneCard(card("60"))))).toEqual([["first after", "changed", "60", '"60"']]);
  });

  test("of which a document has two is compared, not passed over", () => {
    const two = (second: FlowNode): RuleDocument => ({ match_v3: { nodes: [mergeCard("m"), second], edges: ["?"] } });
    const [old, now] = [two(mergeCard("m")), two({ ...mergeCard("m"), x: 1 })].map(draftOf);
    if (!old || !now) throw new Error("no drafts");
    const change = only(diff(old, now));
    expect(change.fields.map(({ pointer, how }) => [pointer, how])).toEqual([
      ["/match_v3/nodes", "removed"],
      ["/match_v3/nodes", "added"],
    ]);
  });
});

describe("a condition tree", () => {
  const [a, b, c] = [leaf("a", "team", ["x"]), leaf("b", "event_severity", ["Major"]), leaf("c", "env", ["prod"])];

  function told(old: FlowNode, now: FlowNode): (string | null)[][] {
    return words(diff(oneCard(old), oneCard(now)));
  }

  test("tells conditions that came, went and changed, by their id", () => {
    expect(told(tree(a, b), tree(leaf("b", "event_severity", ["Major", "Minor"]), c))).toEqual([
      ["condition", "changed", "severity is Major", "severity is Major or Minor"],
      ["condition", "added", null, "env is prod"],
      ["condition", "removed", "team is x", null],
    ]);
  });

  test("tells the one condition that moved, not those it passed", () => {
    expect(told(tree(a, b, c), tree(c, a, b))).toEqual([["condition", "moved", "place 3", "place 1"]]);
    expect(told(tree(a, group("g", "or", b)), tree(a, b, group("g", "or")))).toEqual([
      ["condition", "moved", "in the inner “any of”", "in the outer “all of”"],
    ]);
  });

  test("tells how groups join, and members nobody knows in a condition", () => {
    expect(told(tree(group("g", "or", a)), tree(group("g", "and", { ...a, x: 1 })))).toEqual([
      ["group", "changed", "any of", "all of"],
      ["/value/nodes/0/nodes/0/x", "added", null, "1"],
    ]);
  });

  test("that cannot be read is compared as JSON", () => {
    const strange = tree({ ...a, type: "later" });
    expect(treeOf(strange)).toBeNull();
    expect(told(tree(a), strange)).toEqual([["/value/nodes/0/type", "changed", '"text"', '"later"']]);
  });
});

describe("an exit", () => {
  test("leads to another card, whether its edge was led there or replaced", () => {
    const old = draftOf(drawn("s plain c1", "c1 true m1", "m2"));
    const led = commands.connect(old, { id: "c1", exit: "true" }, "m2");
    const cut = commands.disconnect(old, "c1.true.m1");
    const replaced = commands.connect(cut, { id: "c1", exit: "true" }, "m2");
    for (const now of [led, replaced]) {
      expect(byExit(diff(old, now))).toMatchObject([{ source: "c1", exit: "true", before: ["m1"], after: ["m2"] }]);
    }
    expect(byExit(diff(old, cut))).toMatchObject([{ source: "c1", exit: "true", before: ["m1"], after: [] }]);
  });
});
