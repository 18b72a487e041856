import { describe, expect, it } from "vitest";

import {
  expectationOf,
  expectLeaf,
  freeName,
  keptCases,
  mergeCases,
  missesOf,
  readSuite,
  suiteOf,
  type Expect,
  type TestCase,
} from "./cases";
import type { Json } from "./types";
import type { Walk } from "./way";

const walk: Walk = {
  leaf: "flow-a",
  path: ["flow-a"],
  steps: [],
  notify: ["oncall", "ops"],
  group_key: { card: "flow-a", resource_provider: "ecs" },
  complete: true,
  estimate: false,
  assumptions: [],
};
const unrouted: Walk = { ...walk, leaf: null, notify: [], group_key: null };

function testCase(name: string, severity = "Critical"): TestCase {
  return { name, alarm: { metadata: { event_severity: severity } }, expect: { leaf: "flow-a" } };
}

function faultsOf(value: Json): string[] {
  const read = readSuite(value);
  return "faults" in read ? read.faults : [];
}

describe("an expectation", () => {
  it.each<[Expect, Walk]>([
    [{ leaf: "flow-a" }, walk],
    [{ notify: ["ops", "oncall"] }, walk],
    [{ group_key: { resource_provider: "ecs" } }, walk],
    [{ group_key: { resource_provider: "ecs", card: "flow-a" } }, walk],
    [{ unrouted: false }, walk],
    [{ leaf: null, unrouted: true, notify: [], group_key: null }, unrouted],
  ])("%j holds", (expectation, found) => {
    expect(missesOf(expectation, found)).toEqual([]);
  });

  it.each<[Expect, Walk, Json[]]>([
    [{ leaf: "flow-b" }, walk, ["flow-b", "flow-a"]],
    [{ leaf: null }, walk, [null, "flow-a"]],
    [{ notify: ["oncall"] }, walk, [["oncall"], ["oncall", "ops"]]],
    [{ notify: [] }, { ...walk, notify: null }, [[], null]],
    [{ group_key: { resource_provider: "vpc" } }, walk, [{ resource_provider: "vpc" }, { resource_provider: "ecs" }]],
    [{ unrouted: true }, walk, [true, false]],
  ])("%j says what it expected and what came", (expectation, found, [expected, actual]) => {
    expect(missesOf(expectation, found)).toEqual([{ what: Object.keys(expectation)[0], expected, actual }]);
  });

  it("fails as a whole where the way broke off, whatever it expects", () => {
    const broken = { ...unrouted, complete: false };
    expect(missesOf({ leaf: null }, broken).map(({ what }) => what)).toEqual(["complete"]);
    expect(expectationOf(broken)).toBeNull();
  });

  it("made from an answer holds for that answer", () => {
    for (const found of [walk, unrouted, { ...walk, notify: null }]) {
      expect(missesOf(expectationOf(found) ?? { leaf: "none" }, found)).toEqual([]);
    }
  });

  it("of another leaf expects whom that leaf tells, where it expected anybody", () => {
    expect(expectLeaf({ leaf: "a", notify: ["x"] }, "b", ["y"])).toEqual({ leaf: "b", notify: ["y"] });
    expect(expectLeaf({ leaf: "a" }, null, [])).toEqual({ leaf: null });
    expect(expectLeaf({ leaf: "a", notify: ["x"] }, undefined, ["x"])).toEqual({ notify: ["x"] });
  });
});

describe("a suite", () => {
  it("read back is what was written", () => {
    const cases = [testCase("one"), testCase("two", "Info")];
    const written = JSON.parse(JSON.stringify(suiteOf("pay.json", cases, { D7: "whole" }))) as Json;
    expect(written).toMatchObject({ rule: "pay.json", assume: { D7: "whole" } });
    expect(readSuite(written)).toEqual({ suite: { cases, assume: { D7: "whole" } } });
  });

  it("names every fault with its case", () => {
    const cases: Json[] = [7, { name: "a" }, { name: "b", alarm: {}, expect: {} }, { name: "c", alarm: {}, expect: { leaf: 7, gone: 1 } }];
    expect(faultsOf({ cases })).toEqual([
      "Case 1: it must be an object.",
      "Case 2 (a): it lacks the member alarm.",
      "Case 3 (b): it expects nothing.",
      "Case 4 (c): leaf must be the id of a card, or null.",
      "Case 4 (c): expect has no member gone; known are leaf, notify, unrouted, group_key.",
    ]);
  });

  it.each<[Json, RegExp]>([
    [[], /no test suite/],
    [{ cases: [] }, /no cases/],
    [{ cases: [testCase("a"), testCase("a")] as unknown as Json }, /Several cases are called a/],
    [{ assume: { D1: 1 }, cases: [testCase("a")] as unknown as Json }, /assume must be/],
  ])("%j is refused", (value, reason) => {
    expect(faultsOf(value).join()).toMatch(reason);
  });
});

describe("the cases of a rule", () => {
  it("are replaced by name, in their place", () => {
    const merged = mergeCases([testCase("a"), testCase("b")], [testCase("c"), testCase("a", "Info")]);
    expect(merged.map(({ name, alarm }) => [name, alarm.metadata])).toEqual([
      ["a", { event_severity: "Info" }],
      ["b", { event_severity: "Critical" }],
      ["c", { event_severity: "Critical" }],
    ]);
  });

  it("get a name nobody has", () => {
    expect(freeName("a", [testCase("a"), testCase("a (2)")])).toBe("a (3)");
  });

  it("that a browser kept are read without what is none of ours", () => {
    expect(keptCases(JSON.stringify([testCase("a"), { name: "b" }, 7]))).toEqual([testCase("a")]);
    expect(keptCases("[{")).toEqual([]);
    expect(keptCases(null)).toEqual([]);
  });
});
