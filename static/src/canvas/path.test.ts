import { describe, expect, it } from "vitest";

import { edgeLine } from "./path";

describe("the line of an edge", () => {
  it("is straight when the card lies right below the exit", () => {
    const { line, word } = edgeLine({ x: 552, y: 336 }, { x: 552, y: 416 });
    expect(line).toBe("M552 336V409");
    expect(word).toEqual({ x: 552, y: 396 });
  });

  it("has one elbow in the band above the card when it lies aside", () => {
    const { line, head, word } = edgeLine({ x: 336, y: 232 }, { x: 152, y: 272 });
    expect(line).toBe("M336 232V244Q336 252 328 252H160Q152 252 152 260V265");
    expect(head).toBe("M147.5 264h9L152 272z");
    expect(word).toEqual({ x: 244, y: 252 });
  });

  it("goes around when the card stands higher than the exit", () => {
    const { line } = edgeLine({ x: 0, y: 200 }, { x: 300, y: 40 });
    expect(line).toMatch(/^M0 200/);
    expect(line).toMatch(/300 33$|300,33$/);
  });
});
