import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { lineOf } from "./places";

const TEXT = `{
  "events": [
    {"metadata": {"a/b": "x, \\" ] }", "c": [1,
      {"d": null}]}},
    7
  ]
}`;

describe("the line of a place", () => {
  it.each([
    ["", 1],
    ["/events", 2],
    ["/events/0/metadata/a~1b", 3],
    ["/events/0/metadata/c/1/d", 4],
    ["/events/1", 5],
    ["/events/1/missing/member", 5],
    ["/nowhere", 1],
  ])("%s is %i", (pointer, line) => {
    expect(lineOf(TEXT, pointer)).toBe(line);
  });

  it("of the members of any document is where they are written, one a line", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        const lines = JSON.stringify(document, null, 1).split("\n");
        for (const name of Object.keys(document)) {
          const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
          const line = lines[lineOf(lines.join("\n"), pointer) - 1] ?? "";
          expect(line.startsWith(` ${JSON.stringify(name)}:`)).toBe(true);
        }
      }),
    );
  });
});
