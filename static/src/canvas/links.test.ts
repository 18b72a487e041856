import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cardIn, hashOf } from "./links";

describe("the card that an address names", () => {
  it("is the one its link was made for, whatever its id", () => {
    fc.assert(fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (id) => {
      expect(cardIn(hashOf(id))).toBe(id);
      expect(hashOf(id)).toMatch(/^#card=[\x21-\x7e]+$/);
    }));
  });

  it.each(["", "#", "#card=", "#canvas", "#card=%", "#card=%ff", "#Card=a"])("is none in “%s”", (hash) => {
    expect(cardIn(hash)).toBeNull();
  });
});
