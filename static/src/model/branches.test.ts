import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { draftOf, drawn, strangersIn, treeRules, wildRules, withStrangers } from "../testing/rules";
import { boxesOf, near } from "./boxes";
import { CHAIN_REASONS, chainReason, mayMove, moveBranch, moveInChain, swapExits } from "./branches";
import { REASONS } from "./connect";
import { edgeFrom, edgesOf, exitOf, exitsOf, kindOf, nodesOf, reachableFrom } from "./rule";
import type { Draft, ExitRef, FlowEdge, RuleDocument } from "./types";

function arrows({ document }: { document: RuleDocument }): string[] {
  return edgesOf(document).map((edge) => `${edge.source} ${exitOf(edge)} ${edge.target}`);
}

function edgeAt(doc: RuleDocument, id: string, exit: ExitRef["exit"]): string {
  return edgeFrom(doc, id, exit)?.id ?? "";
}

function moved(lines: string[], from: ExitRef, to: ExitRef): string[] {
  const draft = draftOf(drawn(...lines));
  return arrows(moveBranch(draft, edgeAt(draft.document, from.id, from.exit), to));
}

function overlaps({ document, layout }: Draft): string[] {
  const boxes = [...boxesOf(nodesOf(document), layout)];
  return boxes.flatMap(([a, one], index) =>
    boxes.slice(index + 1).flatMap(([b, two]) => (near(one, two, 0, 0) ? [`${a} ${b}`] : [])),
  );
}

/** An edge of the rule and an exit, both by number. */
function pickOf(doc: RuleDocument, a: number, b: number): { edge: FlowEdge; to: ExitRef } | null {
  const edges = edgesOf(doc);
  const exits = nodesOf(doc).flatMap((node) => exitsOf(kindOf(node)).map((exit): ExitRef => ({ id: node.id, exit })));
  const edge = edges[a % Math.max(1, edges.length)];
  const to = exits[b % Math.max(1, exits.length)];
  return edge && to ? { edge, to } : null;
}

const TRUE_1: ExitRef = { id: "c1", exit: "true" };
const FALSE_1: ExitRef = { id: "c1", exit: "false" };
const FALSE_2: ExitRef = { id: "c2", exit: "false" };

describe("moving a branch", () => {
  test("hangs it at an open exit and leaves its old one open", () => {
    expect(moved(["s plain c1", "c1 true c2", "c2 true m1"], TRUE_1, FALSE_1)).toEqual(["s plain c1", "c1 false c2", "c2 true m1"]);
  });

  test("lets it change places with a branch that hangs there", () => {
    const lines = ["s plain c1", "c1 true m1", "c1 false c2", "c2 true m2", "c2 false m3"];
    expect(moved(lines, TRUE_1, FALSE_2)).toEqual(["s plain c1", "c1 true m3", "c1 false c2", "c2 true m2", "c2 false m1"]);
  });

  test.each([
    ["into itself", ["s plain c1", "c1 false c2", "c2 true m1"], FALSE_1, FALSE_2, "edge-self"],
    ["below itself", ["s plain c1", "c1 false c3", "c3 false c2"], FALSE_1, FALSE_2, "flow-cycle"],
    ["to a merge card", ["s plain c1", "c1 true m1", "c1 false c2"], FALSE_1, { id: "m1", exit: "plain" }, "combine-exit-target"],
    ["when what hangs there may not come back", ["s plain c1", "c1 true e1"], { id: "s", exit: "plain" }, TRUE_1, "edge-self"],
    ["when End would come after Start", ["s plain c1", "c2 true e1"], { id: "s", exit: "plain" }, { id: "c2", exit: "true" }, "start-to-end"],
  ] as const)("is refused %s, and says why", (_, lines, from, to, code) => {
    const draft = draftOf(drawn(...lines));
    const edge = edgeAt(draft.document, from.id, from.exit);
    expect(mayMove(draft.document, edge, to)).toEqual({ ok: false, code, reason: REASONS[code] });
    expect(moveBranch(draft, edge, to)).toBe(draft);
  });

  test("of an edge that is not there is refused", () => {
    const draft = draftOf(drawn("s plain c1"));
    expect(mayMove(draft.document, "none", TRUE_1).ok).toBe(false);
    expect(moveBranch(draft, "none", TRUE_1)).toBe(draft);
  });

  test("and back is the rule it was, with every edge and every unknown member", () => {
    fc.assert(
      fc.property(treeRules, fc.nat(), fc.nat(), (document, a, b) => {
        const draft = draftOf(withStrangers(document) as RuleDocument);
        const pick = pickOf(draft.document, a, b);
        fc.pre(pick !== null && mayMove(draft.document, pick.edge.id, pick.to).ok);
        const { edge, to } = pick;
        const there = moveBranch(draft, edge.id, to);
        expect(strangersIn(there.document)).toEqual(strangersIn(draft.document));
        const now = edgeFrom(there.document, to.id, to.exit)?.id ?? "";
        const back = moveBranch(there, now, { id: edge.source, exit: exitOf(edge) });
        expect(back.document).toEqual(draft.document);
      }),
    );
  });

  test("closes no loop in a rule that has none, and covers no card with another", () => {
    fc.assert(
      fc.property(treeRules, fc.nat(), fc.nat(), (document, a, b) => {
        const draft = draftOf(document);
        const pick = pickOf(document, a, b);
        fc.pre(pick !== null);
        const after = moveBranch(draft, pick.edge.id, pick.to);
        for (const edge of edgesOf(after.document)) expect(reachableFrom(after.document, edge.target).has(edge.source)).toBe(false);
        expect(overlaps(after)).toEqual([]);
        expect(Object.keys(after.layout.nodes).sort()).toEqual(Object.keys(draft.layout.nodes).sort());
      }),
    );
  });

  test("does nothing worse than nothing to any rule", () => {
    fc.assert(
      fc.property(wildRules, fc.nat(), fc.nat(), (document, a, b) => {
        const draft = draftOf(document);
        const pick = pickOf(document, a, b);
        fc.pre(pick !== null);
        const after = moveBranch(draft, pick.edge.id, pick.to);
        expect(edgesOf(after.document).map(({ id }) => id)).toEqual(edgesOf(document).map(({ id }) => id));
        expect(nodesOf(after.document)).toEqual(nodesOf(document));
      }),
    );
  });
});

describe("swapping true and false", () => {
  test.each([
    ["both", ["s plain c1", "c1 true m1", "c1 false c2"], ["s plain c1", "c1 true c2", "c1 false m1"]],
    ["only true", ["s plain c1", "c1 true m1"], ["s plain c1", "c1 false m1"]],
    ["only false", ["s plain c1", "c1 false m1"], ["s plain c1", "c1 true m1"]],
  ])("leads %s the other way", (_, before, after) => {
    expect(arrows(swapExits(draftOf(drawn(...before)), "c1"))).toEqual(after);
  });

  test.each([
    ["both lead nowhere", ["s plain c1"]],
    ["both lead to the same card", ["s plain c1", "c1 true m1", "c1 false m1"]],
  ])("is the same draft where %s", (_, lines) => {
    const draft = draftOf(drawn(...lines));
    expect(swapExits(draft, "c1")).toBe(draft);
  });

  test("sets the true card left of the false one", () => {
    const { layout } = swapExits(draftOf(drawn("s plain c1", "c1 true m1", "c1 false c2", "c2 true m2")), "c1");
    expect(layout.nodes.c2?.x).toBeLessThan(layout.nodes.m1?.x ?? 0);
  });
});

const CHAIN = ["s plain c1", "c1 true m1", "c1 false c2", "c2 true m2", "c2 false c3", "c3 true m3", "c3 false m4"];

describe("asking a condition earlier or later", () => {
  test("changes places with the one before, each with its true branch", () => {
    const after = arrows(moveInChain(draftOf(drawn(...CHAIN)), "c2", -1));
    expect(new Set(after)).toEqual(
      new Set(["s plain c2", "c2 true m2", "c2 false c1", "c1 true m1", "c1 false c3", "c3 true m3", "c3 false m4"]),
    );
  });

  test("leaves the last one open where the one before was last", () => {
    const after = moveInChain(draftOf(drawn("s plain c1", "c1 false c2", "c2 true m2")), "c2", -1);
    expect(new Set(arrows(after))).toEqual(new Set(["s plain c2", "c2 false c1", "c2 true m2"]));
  });

  test("later is what earlier is to the next one", () => {
    const draft = draftOf(drawn(...CHAIN));
    expect(moveInChain(draft, "c1", 1)).toEqual(moveInChain(draft, "c2", -1));
  });

  test.each([
    ["nothing is asked before it", CHAIN, "c1", -1, CHAIN_REASONS.first],
    ["nothing is asked after it", CHAIN, "c3", 1, CHAIN_REASONS.last],
    ["it is no condition", CHAIN, "m4", -1, CHAIN_REASONS.first],
    ["others lead there too", ["s plain c1", "c1 true c2", "c1 false c2"], "c2", -1, CHAIN_REASONS.shared],
  ] as const)("is refused where %s", (_, lines, id, delta, reason) => {
    const draft = draftOf(drawn(...lines));
    expect(chainReason(draft.document, id, delta)).toBe(reason);
    expect(moveInChain(draft, id, delta)).toBe(draft);
  });

  test("and back is the rule it was; no loop and no card over another on the way", () => {
    fc.assert(
      fc.property(treeRules, fc.nat(), (document, seed) => {
        const draft = draftOf(document);
        const ids = nodesOf(document).map(({ id }) => id).filter((id) => chainReason(document, id, -1) === null);
        fc.pre(ids.length > 0);
        const id = ids[seed % ids.length] ?? "";
        const after = moveInChain(draft, id, -1);
        for (const edge of edgesOf(after.document)) expect(reachableFrom(after.document, edge.target).has(edge.source)).toBe(false);
        expect(overlaps(after)).toEqual([]);
        const back = moveInChain(after, id, 1);
        expect(new Set(arrows(back))).toEqual(new Set(arrows(draft)));
        expect(back.document.match_v3).toMatchObject({ nodes: nodesOf(document) });
      }),
    );
  });
});
