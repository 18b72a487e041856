import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { publishedSample, treeRules } from "../testing/rules";
import { cardTitles } from "./rule";
import { search } from "./search";
import type { RuleDocument } from "./types";

const sample = publishedSample();

function ids(query: string, doc: RuleDocument = sample): string[] {
  return search(doc, cardTitles(doc), query).map(({ id }) => id);
}

describe("a card is found", () => {
  test.each([
    ["by its title", "merge 2", "title", "Merge 2"],
    ["by its id", "xc0QfFsN", "id", "flow-xc0QfFsN"],
    ["by the id of a condition", "GroupCondition-BG9Q_fFo", "condition", "GroupCondition-BG9Q_fFo"],
    ["by an attribute as people say it", "severity", "attribute", "severity"],
    ["by an attribute as the service says it", "event_sev", "attribute", "event_severity"],
  ])("%s", (_, query, facet, text) => {
    const hit = search(sample, cardTitles(sample), query)[0];
    expect(hit).toMatchObject({ facet, text });
    expect(hit?.text.slice(hit.start, hit.end).toLowerCase()).toBe(query.toLowerCase());
  });

  test("in outline order, each once", () => {
    expect(ids("condition")).toEqual([...cardTitles(sample)].filter(([, title]) => title.startsWith("Condition")).map(([id]) => id));
  });

  test("by what it says before those that only have it in their id", () => {
    const facets = search(sample, cardTitles(sample), "o").map(({ facet }) => facet);
    expect(facets).toEqual(["title", "title", "title", ...Array.from({ length: 6 }, () => "id")]);
  });

  test("by nothing, never", () => {
    expect(ids("")).toEqual([]);
    expect(ids("  ")).toEqual([]);
    expect(ids("no such word")).toEqual([]);
  });

  test("and the place found is the text looked for", () => {
    fc.assert(
      fc.property(treeRules, fc.constantFrom("c", "TEAM", "oncall", "1", "-leaf", "flow", "m2"), (doc, query) => {
        for (const { text, start, end } of search(doc, cardTitles(doc), query)) {
          expect(text.slice(start, end).toLowerCase()).toBe(query.toLowerCase());
        }
      }),
    );
  });

  test("by a letter that grows in lower case", () => {
    const hits = search(sample, new Map([["flow-xc0QfFsN", "İ"]]), "İ");
    expect(hits[0]).toMatchObject({ start: 0, end: 1 });
  });
});
