import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { documentText } from "../testing/rules";
import { patched } from "./patch";
import type { Json, Operation } from "./types";

type Case = { name: string; document: Json; patch: Operation[]; result: Json };

const cases = JSON.parse(documentText("patches.json")) as Case[];
const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

/** Every place in a value but its own. */
function places(value: Json, at = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([step, child]) => {
    const place = `${at}/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return [place, ...places(child, place)];
  });
}

describe("a patch", () => {
  it.each(cases.map((given) => [given.name, given] as const))("does what the standard says: %s", (_, given) => {
    const before = JSON.stringify(given.document);
    // As text, since members have an order.
    expect(JSON.stringify(patched(given.document, given.patch) ?? null)).toBe(JSON.stringify(given.result));
    expect(JSON.stringify(given.document)).toBe(before);
  });

  it("changes nothing but the place it names", () => {
    fc.assert(
      fc.property(json, json, fc.nat(), (document, value, choice) => {
        const found = places(document);
        fc.pre(found.length > 0);
        const path = found[choice % found.length] ?? "";
        const put = patched(document, [{ op: "replace", path, value }]);
        expect(put).toBeDefined();
        const test = patched(put ?? null, [{ op: "test", path, value }]);
        expect(test).toBe(put);
        const removed = patched(document, [{ op: "remove", path }]);
        expect(places(removed ?? null).length).toBeLessThan(found.length);
      }),
    );
  });

  it("does nothing at all where one of its operations does not fit", () => {
    fc.assert(
      fc.property(json, json, (document, value) => {
        const patch: Operation[] = [{ op: "replace", path: "", value }, { op: "test", path: "/nowhere/at all", value: 1 }];
        expect(patched(document, patch)).toBeUndefined();
      }),
    );
  });
});
