import { describe, expect, it } from "vitest";

import { draftOf, drawn } from "../testing/rules";
import { fixOf, mend, mendAll } from "./mend";
import type { Draft, Finding, Fix, Json, Operation } from "./types";

const DRAFT: Draft = draftOf(drawn("s plain c1", "c1 true m1", "c1 false m2", "m2 plain e"));

function finding(pointer: string, patch: Operation[] | null): Finding {
  const fixes = patch ? [{ title: "Mend", patch }] : [];
  return { code: "x", severity: "error", message: "", hint: "", pointer, nodes: [], edges: [], fixes };
}

function replacing(path: string, old: Json, value: Json): Operation[] {
  return [
    { op: "test", path, value: old },
    { op: "replace", path, value },
  ];
}

describe("a fix", () => {
  it("leaves the same draft where it does not fit", () => {
    const fix: Fix = { title: "", patch: replacing("/name", "other", "mended") };
    expect(mend(DRAFT, fix)).toBe(DRAFT);
  });

  it("keeps the place of a card that gets another id", () => {
    const index = (DRAFT.document.match_v3 as { nodes: { id: string }[] }).nodes.findIndex(({ id }) => id === "c1");
    const after = mend(DRAFT, { title: "", patch: replacing(`/match_v3/nodes/${index}/id`, "c1", "flow-abcdefgh") });
    expect(after.layout.nodes["flow-abcdefgh"]).toEqual(DRAFT.layout.nodes.c1);
    expect(Object.keys(after.layout.nodes)).toHaveLength(Object.keys(DRAFT.layout.nodes).length);
    expect(Object.hasOwn(after.layout.nodes, "c1")).toBe(false);
  });

  it("leaves the layout alone where no id changes", () => {
    expect(mend(DRAFT, { title: "", patch: replacing("/name", "drawn", "mended") }).layout).toBe(DRAFT.layout);
  });

  it("is none where the server sought none", () => {
    const { code, severity, message, hint, pointer, nodes, edges } = finding("/name", null);
    expect(fixOf({ code, severity, message, hint, pointer, nodes, edges })).toBeNull();
    expect(fixOf(finding("/name", null))).toBeNull();
  });
});

describe("all fixes", () => {
  const listed: Draft = { document: { name: "x", values: Array.from({ length: 12 }, (_, i) => `v${i}`) }, layout: { nodes: {} } };
  const removing = (i: number): Finding =>
    finding(`/values/${i}`, [{ op: "test", path: `/values/${i}`, value: `v${i}` }, { op: "remove", path: `/values/${i}` }]);

  it("are done from the back, so that no removal moves another's place", () => {
    const { draft, count } = mendAll(listed, [removing(2), removing(10), removing(9), removing(11)]);
    expect(count).toBe(4);
    expect(draft.document.values).toEqual(["v0", "v1", "v3", "v4", "v5", "v6", "v7", "v8"]);
  });

  it("are as many as fit one after the other", () => {
    const { draft, count } = mendAll(listed, [removing(3), removing(3), finding("/name", null)]);
    expect(count).toBe(1);
    expect(draft.document.values).toHaveLength(11);
  });
});
