import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { draftOf, drawn, treeRules } from "../testing/rules";
import { removeNodes } from "./commands";
import { followerOf, removeAndReconnect } from "./reconnect";
import { edgesInto, edgesOf, exitOf, nodesOf, reachableFrom } from "./rule";
import type { RuleDocument } from "./types";

function arrows(doc: RuleDocument): string[] {
  return edgesOf(doc).map((edge) => `${edge.source} ${exitOf(edge)} ${edge.target}`);
}

describe("the card that takes over", () => {
  test.each([
    ["the false one of two", ["s plain c1", "c1 true m1", "c1 false c2"], "c1", "c2"],
    ["the true one when false is open", ["s plain c1", "c1 true m1"], "c1", "m1"],
    ["End after a merge card", ["s plain c1", "c1 true m1", "m1 plain e1"], "m1", "e1"],
    ["the true one when Start may not lead to the false one", ["s plain c1", "c1 true m1", "c1 false e1"], "c1", "m1"],
  ])("is %s", (_, lines, id, follower) => {
    expect(followerOf(drawn(...lines), id)).toBe(follower);
  });

  test.each([
    ["nothing leads to it", ["s", "c1 true m1"], "c1"],
    ["it leads nowhere", ["s plain c1"], "c1"],
    ["it leads to End only, and Start to it", ["s plain c1", "c1 true e1"], "c1"],
    ["it is not there", ["s plain c1"], "c9"],
    ["it is Start", ["s plain c1"], "s"],
  ])("is none when %s", (_, lines, id) => {
    expect(followerOf(drawn(...lines), id)).toBeNull();
  });
});

describe("deleting and reconnecting", () => {
  test("leads every entry on, with its edge", () => {
    const draft = draftOf(drawn("s plain c1", "c1 true c3", "c1 false c2", "c2 true c3", "c3 false m1", "m1 plain e1"));
    const before = edgesInto(draft.document, "c3").map(({ id }) => id);
    const after = removeAndReconnect(draft, "c3", "m1");
    expect(arrows(after.document)).toEqual(["s plain c1", "c1 true m1", "c1 false c2", "c2 true m1", "m1 plain e1"]);
    expect(edgesInto(after.document, "m1").map(({ id }) => id)).toEqual(before);
  });

  test("leaves open what may not lead on", () => {
    const draft = draftOf(drawn("s plain c1", "c2 true c1", "c1 false e1"));
    expect(arrows(removeAndReconnect(draft, "c1", "e1").document)).toEqual(["c2 true e1"]);
  });

  test("is the same draft where nothing can take over", () => {
    const draft = draftOf(drawn("s plain c1", "c1 true e1"));
    expect(removeAndReconnect(draft, "c1", "e1")).toBe(draft);
  });

  test("takes out what deleting takes out, and leaves all that lay on the way reachable", () => {
    fc.assert(
      fc.property(treeRules, fc.nat(), (document, seed) => {
        const draft = draftOf(document);
        const id = nodesOf(document)[seed % nodesOf(document).length]?.id ?? "";
        const follower = followerOf(document, id) ?? "";
        fc.pre(follower !== "");
        const after = removeAndReconnect(draft, id, follower);
        expect(nodesOf(after.document)).toEqual(nodesOf(removeNodes(draft, [id]).document));
        const reached = reachableFrom(after.document, "start");
        for (const each of reachableFrom(document, follower)) {
          expect(reached.has(each)).toBe(reachableFrom(document, "start").has(each));
        }
      }),
    );
  });
});
