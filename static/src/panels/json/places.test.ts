import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Json } from "../../model/types";
import { writeJson } from "../jsonText";
import { placesIn } from "./places";

/** The piece of `text` that stands for what `pointer` leads to. */
function at(text: string, pointer: string): string | null {
  const place = placesIn(text)(pointer);
  return place && text.slice(place.from, place.to);
}

const RULE = writeJson({
  name: "payments",
  match_v3: { nodes: [{ type: "Start", id: "flow-1" }, { id: "flow-2", value: { combineConfig: { group_wait: 601, group_by: ["a", "b"] } } }, {}] },
});

describe("the place of a JSON pointer", () => {
  it.each([
    ["/name", '"payments"'],
    ["/match_v3/nodes/1/value/combineConfig/group_wait", "601"],
    ["/match_v3/nodes/1/value/combineConfig/group_by/1", '"b"'],
    ["/match_v3/nodes/1/value/combineConfig", '"combineConfig"'],
    ["/match_v3/nodes", '"nodes"'],
    ["/match_v3/nodes/0", '"flow-1"'],
    ["/match_v3/nodes/2", "{"],
    ["", "{"],
  ])("of %s is %s", (pointer, piece) => {
    expect(at(RULE, pointer)).toBe(piece);
  });

  it.each([
    ["/match_v3/nodes/1/value/combineConfig/group_interval", '"combineConfig"'],
    ["/match_v3/nodes/9/id", '"nodes"'],
    ["/match_v3/nodes/01", '"nodes"'],
    ["/desc", "{"],
    ["/name/0", '"payments"'],
  ])("that leads nowhere, %s, is the nearest: %s", (pointer, piece) => {
    expect(at(RULE, pointer)).toBe(piece);
  });

  it("is that of the last of two members with one name", () => {
    expect(at('{"name": "a", "name": "b"}', "/name")).toBe('"b"');
  });

  it("knows escapes in names and in pointers", () => {
    expect(at('{"a/b": 1, "m~n": 2, "\\u0061": 3}', "/a~1b")).toBe("1");
    expect(at('{"a/b": 1, "m~n": 2, "\\u0061": 3}', "/m~0n")).toBe("2");
    expect(at('{"a/b": 1, "m~n": 2, "\\u0061": 3}', "/a")).toBe("3");
  });

  it("is found before the place where a text stops being JSON", () => {
    expect(at('{"name": "a", "desc": oops, "match_v3": {"nodes": []}}', "/name")).toBe('"a"');
  });

  it("is nowhere in a text without a value", () => {
    expect(at("", "/name")).toBeNull();
    expect(at("oops", "")).toBeNull();
  });

  it("holds the value that the pointer leads to, wherever that is small", () => {
    const escaped = (step: string): string => step.replaceAll("~", "~0").replaceAll("/", "~1");
    const small = (value: Json, pointer: string): [string, Json][] => {
      if (value === null || typeof value !== "object") return [[pointer, value]];
      return Object.entries(value).flatMap(([step, inner]) => small(inner, `${pointer}/${escaped(step)}`));
    };
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "medium" }), (value) => {
        const text = writeJson(value as Json);
        for (const [pointer, wanted] of small(JSON.parse(text) as Json, "")) {
          expect(JSON.parse(at(text, pointer) ?? "")).toEqual(wanted);
        }
      }),
    );
  });
});
