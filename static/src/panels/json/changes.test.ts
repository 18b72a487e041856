import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { changeTo } from "./changes";

describe("the change from one text to another", () => {
  it("touches only what differs", () => {
    expect(changeTo('{"wait": 15, "x": 1}', '{"wait": 60, "x": 1}')).toEqual({ from: 9, to: 11, insert: "60" });
    expect(changeTo("aa", "aaa")).toEqual({ from: 2, to: 2, insert: "a" });
    expect(changeTo("same", "same")).toEqual({ from: 4, to: 4, insert: "" });
  });

  it("makes the other text", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (before, text) => {
        const { from, to, insert } = changeTo(before, text);
        expect(before.slice(0, from) + insert + before.slice(to)).toBe(text);
      }),
    );
  });
});
