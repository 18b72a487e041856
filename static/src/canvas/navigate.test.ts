import { describe, expect, it } from "vitest";

import type { RuleDocument } from "../model/types";
import { stopFrom } from "./navigate";

const card = (id: string, businessType: string) => ({ id, type: "Card", businessType, value: {} });
const rule: RuleDocument = {
  match_v3: {
    nodes: [
      { id: "start", type: "Start" },
      card("first", "GroupCondition"),
      card("left", "CombineConf"),
      card("right", "CombineConf"),
      { id: "end", type: "End" },
    ],
    edges: [
      { id: "e1", source: "start", target: "first" },
      { id: "e2", source: "first", target: "left", value: "true" },
      { id: "e3", source: "right", target: "end" },
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

  it.each([
    ["left", "ArrowDown"],
    ["start", "ArrowUp"],
    ["start", "ArrowLeft"],
    ["start", "c"],
    ["right", "Escape"],
  ])("stay on %s for %s", (id, key) => {
    expect(stopFrom(rule, id, key)).toBeNull();
  });
});
