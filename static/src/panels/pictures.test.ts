import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { fileName, scaleFor } from "./pictures";

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

describe("the name of a file", () => {
  it.each([
    ["aomtest", "aomtest.png"],
    ["支付 告警", "支付 告警.png"],
    ["a/b\\c:d*e?f\"g<h>i|j", "a_b_c_d_e_f_g_h_i_j.png"],
    ["../etc", "__etc.png"],
    [" ", "rule.png"],
    [undefined, "rule.png"],
    ["a\u202egnp", "a_gnp.png"],
    ["x".repeat(300), `${"x".repeat(120)}.png`],
  ])("of %j is %s", (name, file) => {
    expect(fileName(name, "png")).toBe(file);
  });
});
