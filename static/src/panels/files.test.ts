import { describe, expect, it } from "vitest";

import { fileName } from "./files";

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
