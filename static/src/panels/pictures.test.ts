import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { scaleFor } from "./pictures";

describe("the pixels of a picture", () => {
  it("are two for each of the drawing, where a browser can hold them", () => {
    expect(scaleFor(1200, 900)).toBe(2);
    expect(scaleFor(16_384, 10)).toBe(1);
  });

  it("are never more than a browser can hold", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 300_000 }), (width, height) => {
      const scale = scaleFor(width, height);
      expect(scale).toBeGreaterThan(0);
      expect(Math.max(width, height) * scale).toBeLessThanOrEqual(16_384 * 1.0001);
      expect(width * height * scale * scale).toBeLessThanOrEqual(100_000_000 * 1.0001);
    }));
  });
});
