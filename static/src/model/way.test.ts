import { describe, expect, it } from "vitest";

import { drawn } from "../testing/rules";
import { breakOf, tellingSteps, wayOf, type Step, type Walk } from "./way";

const doc = drawn("s plain c1", "c1 true m1", "c1 false c2", "c2 false m2", "m2 plain e");

function step(node: string, result: boolean | null = null): Step {
  return { node, result, conditions: [] };
}

function walkOf(steps: Step[], complete = true): Walk {
  const leaf = steps.find(({ node }) => node.startsWith("m"))?.node ?? null;
  return { leaf, path: steps.map(({ node }) => node), steps, notify: [], group_key: null, complete, estimate: false, assumptions: [] };
}

describe("the way of an alarm", () => {
  const steps = [step("s"), step("c1", false), step("c2", false), step("m2"), step("e")];

  it("takes the edges between its steps and no other", () => {
    const way = wayOf(doc, walkOf(steps));
    expect([...way.edges]).toEqual(["s.plain.c1", "c1.false.c2", "c2.false.m2", "m2.plain.e"]);
  });

  it("counts the cards that decide or group", () => {
    expect([...wayOf(doc, walkOf(steps)).numbers]).toEqual([["c1", 1], ["c2", 2], ["m2", 3]]);
    expect(tellingSteps(doc, walkOf(steps)).map(({ node }) => node)).toEqual(["c1", "c2", "m2"]);
  });

  it("that came to its end is not broken", () => {
    expect(wayOf(doc, walkOf(steps)).broken).toBeNull();
  });
});

describe("a way that breaks off", () => {
  it.each([
    [doc, [step("s"), step("c1", false), step("c2", true)], { node: "c2", exit: "true", why: "open" }],
    [doc, [step("s"), step("c1", null)], { node: "c1", exit: "plain", why: "undecided" }],
    [doc, [], { node: "", exit: "plain", why: "no-start" }],
    [drawn("s plain c1", "c1 true c1"), [step("s"), step("c1", true)], { node: "c1", exit: "true", why: "circle" }],
  ])("says where and why, case %#", (document, steps, broken) => {
    expect(breakOf(document, walkOf(steps, false))).toEqual(broken);
  });
});
