import { describe, expect, it } from "vitest";

import type { FlowEdge, RuleDocument } from "../model/types";
import { stopFrom } from "./navigate";

const card = (id: string, businessType: string) => ({ id, type: "Card", businessType, value: {} });
const nodes = [
  { id: "start", type: "Start" },
  card("first", "GroupCondition"),
  card("left", "CombineConf"),
  card("right", "CombineConf"),
  { id: "end", type: "End" },
];
const rule: RuleDocument = {
  match_v3: {
    nodes,
    edges: [
      { id: "e1", source: "start", target: "first" },
      { id: "e2", source: "first", target: "left", value: "true" },
      { id: "e3", source: "right", target: "end" },
      { id: "e4", source: "left", target: "end" },
    ],
  },
};

describe("arrow keys on a card", () => {
  it.each([
    ["start", "ArrowDown", { id: "first" }],
    ["first", "ArrowLeft", { id: "left" }],
    ["left", "ArrowUp", { id: "first" }],
    ["right", "ArrowDown", { id: "end" }],
    ["left", "Home", { id: "start" }],
    ["start", "End", { id: "end" }],
  ])("lead from %s by %s onward", (id, key, stop) => {
    expect(stopFrom(rule, id, key)).toEqual(stop);
  });

  it("lead to the open end of a branch that leads nowhere", () => {
    expect(stopFrom(rule, "first", "ArrowRight")).toEqual({ id: "first", open: "false" });
  });

  it("lead from a card without branches of its own to the other branch of the card before", () => {
    const joined = (...edges: FlowEdge[]): RuleDocument => ({ match_v3: { nodes, edges } });
    const yes = { id: "e2", source: "first", target: "left", value: "true" };
    const no = { id: "e5", source: "first", target: "right", value: "false" };
    expect(stopFrom(joined(yes, no), "left", "ArrowRight")).toEqual({ id: "right" });
    expect(stopFrom(joined(yes, no), "right", "ArrowLeft")).toEqual({ id: "left" });
    expect(stopFrom(joined(yes), "left", "ArrowRight")).toEqual({ id: "first", open: "false" });
    expect(stopFrom(joined(yes, no), "left", "ArrowLeft")).toBeNull();
  });

  it.each([
    [undefined, "right"],
    ["left", "left"],
    ["first", "right"],
  ])("lead back to where one came from: %s", (cameFrom, stop) => {
    expect(stopFrom(rule, "end", "ArrowUp", cameFrom)).toEqual({ id: stop });
  });

  it.each([
    ["left", "ArrowLeft"],
    ["start", "ArrowUp"],
    ["start", "ArrowLeft"],
    ["start", "c"],
    ["right", "Escape"],
  ])("stay on %s for %s", (id, key) => {
    expect(stopFrom(rule, id, key)).toBeNull();
  });
});
