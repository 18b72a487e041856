import { json } from "@codemirror/lang-json";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";

import type { Finding } from "../../model/types";
import { readJson } from "../jsonText";
import { remarkOfFault, remarksOf } from "./remarks";

function stateOf(doc: string): EditorState {
  return EditorState.create({ doc, extensions: [json()] });
}

function marked(doc: string): string {
  const parsed = readJson(doc);
  if (!("fault" in parsed)) throw new Error("The text is sound.");
  const { from, to } = remarkOfFault(stateOf(doc), parsed.fault);
  return doc.slice(from, to);
}

describe("a remark in the text", () => {
  it("tells a finding with its hint where its pointer leads", () => {
    const finding: Finding = { code: "wait-range", severity: "error", message: "Too long.", hint: "Shorten it.", pointer: "/wait", nodes: [], edges: [] };
    const [remark] = remarksOf(stateOf('{"wait": 601}'), [finding]);
    expect(remark).toEqual({ from: 9, to: 12, severity: "error", message: "Too long. Shorten it." });
  });

  it.each([
    ['{"wait": NaN, "x": 1}', "NaN"],
    ['{"a": 1,, "b": 2}', ","],
    ['{\n  "a": oops\n}', "oops"],
    ["{'a': 1}", "'a'"],
    ['{"a": 1', ""],
    ["", ""],
  ])("marks what stands where %j stops being JSON", (doc, piece) => {
    expect(marked(doc)).toBe(piece);
  });

  it("finds the last of thousands of values in time for the next key", () => {
    const wide = JSON.stringify({ nodes: Array.from({ length: 5000 }, (_, id) => ({ id, value: { match: ["a", "b"] } })) }, null, 2);
    const state = stateOf(wide);
    const finding: Finding = { code: "x", severity: "info", message: "m", hint: "", pointer: "/nodes/4999/value/match/1", nodes: [], edges: [] };
    const [remark] = remarksOf(state, [finding]);
    expect(wide.slice(remark?.from, remark?.to)).toBe('"b"');
    expect(remark?.from).toBe(wide.lastIndexOf('"b"'));
  });
});
