import { describe, expect, it } from "vitest";

import { readJson, writeJson } from "./jsonText";

describe("the JSON panel", () => {
  it.each([
    ['{\n  "name": "a",\n  "desc": oops\n}', 3, 11, "a value"],
    ['{\n"name": "a"', 2, 12, ", or }"],
    ['{"a": 1,, "b": 2}', 1, 9, "a name in quotes"],
    ['{"a": [1 2]}', 1, 10, ", or ]"],
    ['{"a" 1}', 1, 6, ":"],
    ['{"a": [1}', 1, 9, ", or ]"],
    ["{} x", 1, 4, "the end"],
    ["hello", 1, 1, "a value"],
    ['{"a": "no end}', 1, 7, "a value"],
    ["", 1, 1, "a value"],
  ])("says where %s goes wrong", (text, line, column, expected) => {
    expect(readJson(text)).toEqual({ fault: { line, column, expected } });
  });

  it("keeps every member and its order", () => {
    const text = '{\n  "z": 1,\n  "a": {\n    "unknown": [\n      null\n    ]\n  }\n}';
    const parsed = readJson(text);
    expect("value" in parsed && writeJson(parsed.value)).toBe(text);
  });
});
