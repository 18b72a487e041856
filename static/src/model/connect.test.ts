import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentText, draftOf, drawn, treeRules } from "../testing/rules";
import { connect } from "./commands";
import { mayConnect } from "./connect";
import { edgesOf, exitsOf, kindOf, nodesOf, reachableFrom } from "./rule";
import type { Exit, RuleDocument } from "./types";

type Case = {
  name: string;
  document: RuleDocument;
  source: string;
  exit: Exit;
  target: string;
  code: string | null;
};

const CASES = JSON.parse(documentText("connect.json")) as Case[];

function hasLoop(doc: RuleDocument): boolean {
  return edgesOf(doc).some((edge) => reachableFrom(doc, edge.target).has(edge.source));
}

describe("may these two connect", () => {
  test.each(CASES)("$name", ({ document, source, exit, target, code }) => {
    const verdict = mayConnect(document, { id: source, exit }, target);
    expect(verdict.ok ? null : verdict.code).toBe(code);
  });

  test("names the edge a taken exit would give up", () => {
    const doc = drawn("s plain c1", "c1 true m1", "m2");
    expect(mayConnect(doc, { id: "c1", exit: "true" }, "m2")).toEqual({ ok: true, replaces: "c1.true.m1" });
    expect(mayConnect(doc, { id: "c1", exit: "false" }, "m2")).toEqual({ ok: true });
  });

  test("gives every refusal a reason in words", () => {
    for (const { document, source, exit, target } of CASES) {
      const verdict = mayConnect(document, { id: source, exit }, target);
      if (!verdict.ok) expect(verdict.reason).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("never lets a loop in, whatever is connected in whatever order", () => {
    const attempts = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { maxLength: 40 });
    fc.assert(
      fc.property(treeRules, attempts, (doc, tries) => {
        let draft = draftOf(doc);
        const nodes = nodesOf(doc);
        for (const [a, b, c] of tries) {
          const source = nodes[a % nodes.length];
          const target = nodes[b % nodes.length];
          if (!source || !target) continue;
          const exits = exitsOf(kindOf(source));
          draft = connect(draft, { id: source.id, exit: exits[c % Math.max(1, exits.length)] ?? "plain" }, target.id);
          expect(hasLoop(draft.document)).toBe(false);
        }
      }),
    );
  });
});
