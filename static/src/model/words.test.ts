import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { card, publishedSample } from "../testing/rules";
import { LIMITS } from "./limits";
import { cardHeight, cardLines, CARD_WIDTH, sizeOf } from "./lines";
import { combineOf, nodeById, treeOf } from "./rule";
import type { FlowNode, Group, Json, Leaf } from "./types";
import { formatSeconds, groupWords, leafWords, mergeWords, parseDuration, treeSentence } from "./words";

function leafOf(key: string, operate: Leaf["match"]["operate"], value: string[]): Leaf {
  return { id: "l", type: "text", match: { key, operate, value } };
}

function group(value: "and" | "or", ...nodes: Group["nodes"]): Group {
  return { id: "g", type: "bool", value, nodes };
}

function conditionWith(tree: Group): FlowNode {
  return { ...card("c"), value: tree };
}

const SEVERE = leafOf("event_severity", "EQUALS", ["Critical", "Major"]);
const PAY = leafOf("team", "REGEX", ["pay.*"]);

describe("conditions in words", () => {
  test.each([
    [SEVERE, { subject: "severity", verb: "is", values: ["Critical", "Major"] }],
    [PAY, { subject: "team", verb: "matches", values: ["pay.*"] }],
    [leafOf("resource_type", "EXIST", []), { subject: "resource type", verb: "exists", values: [] }],
    [leafOf("resource_provider", "EQUALS", ["AOM"]), { subject: "source", verb: "is", values: ["AOM"] }],
  ])("%#", (leaf, words) => {
    expect(leafWords(leaf)).toEqual(words);
  });

  test("a tree is one sentence, with brackets where the joining changes", () => {
    expect(groupWords(group("or"))).toBe("any of");
    expect(treeSentence(group("and", SEVERE, group("or", PAY, leafOf("site", "EXIST", []))))).toBe(
      "severity is Critical or Major and (team matches pay.* or site exists)",
    );
    expect(treeSentence(group("and"))).toBe("no condition yet");
  });

  test("are said in the reader's language", () => {
    const words = new Map([
      ["severity", "级别"],
      ["is", "为"],
    ]);
    expect(leafWords(SEVERE, (message) => words.get(message) ?? message)).toMatchObject({
      subject: "级别",
      verb: "为",
    });
  });
});

describe("merge cards in words", () => {
  test.each<[Record<string, Json>, string]>([
    [{ group_by: ["resource_provider"] }, "by source"],
    [{ group_by: ["resource_provider", "event_severity"] }, "by source and severity"],
    [
      { group_by: ["resource_provider", "tag", "event_severity", "resource_type"] },
      "by source, severity, type and all tags",
    ],
    [{ ai_group_by: ["event_name", "alarm_info", "tag"] }, "smart: event name, alarm info, tags"],
    [{}, "by nothing yet"],
  ])("%j is %s", (config, by) => {
    expect(mergeWords(config).by).toBe(by);
  });

  test("the waits have units, and no repeat is said so", () => {
    const config = { group_wait: 0, group_interval: 5, group_repeat_waiting: 0 };
    expect(mergeWords(config).waits).toBe("first after 0 s, then every 5 s, no repeat");
    expect(mergeWords({ ...config, group_repeat_waiting: "3600" }).waits).toBe(
      "first after 0 s, then every 5 s, repeat 1 h",
    );
  });

  test("a wait that is missing is not made up", () => {
    expect(mergeWords({}).waits).toBe("first after ?, then every ?, repeat ?");
  });

  test("names whom it tells", () => {
    expect(mergeWords({ bind_notification_rule_ids: ["a", "b", 3] }).tells).toEqual(["a", "b"]);
  });
});

describe("durations", () => {
  test.each([
    [0, "0 s"],
    [15, "15 s"],
    [90, "1 min 30 s"],
    [600, "10 min"],
    [3600, "1 h"],
    [1296000, "15 d"],
  ])("%i seconds are %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  test.each([
    ["90", 90],
    ["90s", 90],
    ["10 min", 600],
    ["1 h", 3600],
    ["1h30m", 5400],
    ["1.5 h", 5400],
    ["15 天", 1296000],
  ])("%s is %i seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(["", "soon", "-5", "5 parsecs", "1.5", "0.5 s", "min", "5 s later"])("%j is no duration", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test("what is written can be read back", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_000_000 }), (seconds) => {
        expect(parseDuration(formatSeconds(seconds))).toBe(seconds);
      }),
    );
  });
});

describe("what a card draws", () => {
  const lines = (tree: Group): unknown[] =>
    cardLines(conditionWith(tree)).map(({ id, opens, groups }) => [id, opens, groups]);

  test("one line a condition, an inner group's word on its first line", () => {
    const sample = nodeById(publishedSample(), "flow-1JBeHxLU");
    expect(sample && cardLines(sample).map(({ opens }) => opens)).toEqual([[], ["and"], [], ["or"], [], []]);
    expect(sample && cardHeight(sample)).toBe(176);
  });

  test("an empty group has a line of its own", () => {
    expect(lines(group("and", { ...group("or"), id: "empty" }))).toEqual([["empty", ["or"], ["or"]]]);
  });

  test("groups in groups open on one line", () => {
    const inner = group("and", { ...PAY, id: "deep" }, { ...SEVERE, id: "second" });
    expect(lines(group("and", group("or", inner)))).toEqual([
      ["deep", ["or", "and"], ["or", "and"]],
      ["second", [], ["or", "and"]],
    ]);
  });

  test("long values wrap and the card grows by whole lines", () => {
    const short = cardHeight(conditionWith(group("and", PAY)));
    const long = cardHeight(conditionWith(group("and", leafOf("team", "REGEX", ["x".repeat(256)]))));
    expect(long - short).toBeGreaterThanOrEqual(6 * 22);
  });

  test("a merge card is 104 high, pills are 72 by 32", () => {
    expect(sizeOf(card("m"))).toEqual({ width: CARD_WIDTH, height: 104 });
    expect(sizeOf(card("s"))).toEqual({ width: 72, height: 32 });
  });

  test("a merge card that tells nobody says so", () => {
    const node = card("m");
    const config = combineOf(node) ?? {};
    const quiet = { ...node, value: { id: "x", combineConfig: { ...config, bind_notification_rule_ids: [] } } };
    expect(cardLines(quiet).at(-1)?.text).toBe("tells nobody");
  });

  test("heights are multiples of eight", () => {
    const texts = fc.array(fc.string({ maxLength: 80 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 10 }), (values) => {
        const leaves = values.map((value, index) => ({ ...leafOf("team", "EQUALS", value), id: `${index}` }));
        const node = conditionWith(group("and", ...leaves));
        expect(treeOf(node)).not.toBeNull();
        expect(cardHeight(node) % 8).toBe(0);
        expect(cardLines(node)).toHaveLength(values.length);
      }),
    );
  });
});

describe("the limits", () => {
  const pattern = new RegExp(LIMITS.namePattern);

  test.each(["a", "a_b", "A9", "x".repeat(100)])("%s is a name", (name) => {
    expect(pattern.test(name)).toBe(true);
  });

  test.each(["", "_a", "a_", "a-b", "é", "x".repeat(101)])("%j is no name", (name) => {
    expect(pattern.test(name)).toBe(false);
  });
});
