import { describe, expect, it } from "vitest";

import { moveNodes, setMatch } from "../model/commands";
import { nodesOf, treeOf } from "../model/rule";
import type { Draft } from "../model/types";
import { draftOf, publishedSample } from "../testing/rules";
import { flowNodes, type Look } from "./flow";

const LOOK: Look = { selection: { nodes: [], edge: null }, moving: null, current: null, findings: [], editable: true, way: null };

/** The ids of the cards that are drawn anew from one picture to the next. */
function drawnAnew(before: Draft, after: Draft, look: Partial<Look> = {}): string[] {
  const cards = new Set(flowNodes(before, LOOK));
  return flowNodes(after, { ...LOOK, ...look }).filter((card) => !cards.has(card)).map(({ id }) => id);
}

const draft = draftOf(publishedSample());
const [, card = "", other = ""] = nodesOf(draft.document).map(({ id }) => id);

describe("what is drawn anew", () => {
  it("is nothing when nothing changed", () => {
    expect(drawnAnew(draft, draft)).toEqual([]);
    expect(drawnAnew(draft, moveNodes(draft, { [card]: draft.layout.nodes[card] ?? { x: 0, y: 0 } }))).toEqual([]);
  });

  it("is the card that is selected, and the one in the tab order", () => {
    expect(drawnAnew(draft, draft, { selection: { nodes: [card], edge: null } })).toEqual([card]);
    expect(drawnAnew(draft, draft, { current: other })).toEqual([other]);
  });

  it("is the card that is dragged, at the place of the pointer", () => {
    const moving = { [card]: { x: 7, y: 9 } };
    expect(drawnAnew(draft, draft, { moving })).toEqual([card]);
    expect(flowNodes(draft, { ...LOOK, moving }).find(({ id }) => id === card)?.position).toEqual({ x: 7, y: 9 });
  });

  it("is the card whose condition changed, with what it then says", () => {
    const condition = nodesOf(draft.document).find((node) => treeOf(node));
    const leaf = condition && treeOf(condition)?.nodes[0];
    if (!condition || !leaf) throw new Error("The sample has no condition.");
    const after = setMatch(draft, condition.id, leaf.id, { value: ["another"] });
    expect(drawnAnew(draft, after)).toEqual([condition.id]);
  });

  it("is a card that has a finding since, which its words then tell", () => {
    const findings = [{ code: "x", severity: "error" as const, message: "", hint: "", pointer: "", nodes: [card], edges: [] }];
    expect(drawnAnew(draft, draft, { findings })).toEqual([card]);
    expect(flowNodes(draft, { ...LOOK, findings }).find(({ id }) => id === card)?.ariaLabel).toContain("1 error");
  });

  it("is every card when the rule may no longer be edited", () => {
    expect(drawnAnew(draft, draft, { editable: false })).toHaveLength(nodesOf(draft.document).length);
  });
});
