import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { fuzzy } from "./fuzzy";

function spelled(text: string, query: string): string | null {
  const match = fuzzy(text, query);
  return match && match.marks.map((at) => text.charAt(at)).join("");
}

function best(texts: string[], query: string): string | undefined {
  const found = texts.flatMap((text) => {
    const match = fuzzy(text, query);
    return match ? [{ text, score: match.score }] : [];
  });
  return found.toSorted((a, b) => b.score - a.score)[0]?.text;
}

describe("a text answers a query", () => {
  it.each([
    ["Save with a message…", "swm", "Swm"],
    ["Save with a message…", "save", "Save"],
    ["Save with a message…", "message save", "Savemessage"],
    ["Show the whole rule", "sho rul", "Shorul"],
    ["Export the picture (PNG)", "png", "PNG"],
    ["带说明保存…", "保存", "保存"],
    ["带说明保存…", "说 保", "说保"],
    ["转到条件 1", "条件1", "条件1"],
    ["转到条件 1", "条件 1", "条件1"],
    ["Undo", "redo", null],
    ["Distribute across", "ross", "ross"],
    ["Select all cards", "lct", null],
    ["STRAßE İX", "straße", "STRAßE"],
  ])("%s, asked for %s: %s", (text, query, letters) => {
    expect(spelled(text, query)).toBe(letters);
  });

  it("better by its beginning than by its middle, and by a piece than by letters", () => {
    expect(best(["Undo", "Redo"], "do")).toBe("Undo");
    expect(best(["Test an alarm", "Tidy", "Align tops"], "ti")).toBe("Tidy");
    expect(best(["Go to Merge 1", "Align middles", "Add a merge"], "merge")).toBe("Add a merge");
    expect(best(["Find a card", "Fit and calm"], "fac")).toBe("Find a card");
  });
});

const words = fc.stringMatching(/^[a-zA-Z0-9一-鿿 ()-]{0,24}$/);

describe("whatever is asked", () => {
  it("an empty query is answered by all, with nothing marked", () => {
    fc.assert(fc.property(words, fc.constantFrom("", " ", "\t "), (text, query) => {
      expect(fuzzy(text, query)?.marks).toEqual([]);
    }));
  });

  it("a text answers itself, each of its words and the beginnings of them", () => {
    fc.assert(fc.property(words, fc.nat(24), (text, length) => {
      expect(fuzzy(text, text)).not.toBeNull();
      for (const word of text.split(" ")) expect(fuzzy(text, word.slice(0, length))).not.toBeNull();
    }));
  });

  it("what is marked lies in the text, in order, once, and holds every letter of a one-word query", () => {
    fc.assert(fc.property(words, words, (text, asked) => {
      const query = asked.replaceAll(" ", "");
      const match = fuzzy(text, query);
      if (!match) return;
      expect(match.marks).toEqual([...new Set(match.marks)].sort((a, b) => a - b));
      expect(match.marks.every((at) => at >= 0 && at < text.length)).toBe(true);
      expect(match.marks.map((at) => text.charAt(at)).join("").toLowerCase()).toBe(query.toLowerCase());
    }));
  });

  it("case means nothing", () => {
    fc.assert(fc.property(words, words, (text, query) => {
      expect(fuzzy(text.toUpperCase(), query.toLowerCase())?.marks).toEqual(fuzzy(text.toLowerCase(), query.toUpperCase())?.marks);
    }));
  });
});
