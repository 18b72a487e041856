import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ACTIONS } from "../../actions";
import { setCatalog } from "../../i18n";
import { openEditor } from "../../store";
import { commands } from "./commands";
import { rank, runsOf, type Findable } from "./ranking";
import { recentCommands, rememberCommand } from "./recent";

function command(id: string, more: Partial<Findable> = {}): Findable {
  return { id, label: id, english: id, aside: "", reason: null, ...more };
}

function ids(found: { command: Findable }[]): string[] {
  return found.map(({ command: { id } }) => id);
}

describe("the order", () => {
  const all = [command("Redo", { reason: "Nothing to redo." }), command("Undo"), command("Tidy"), command("Test an alarm")];

  it("without a query: what was used last, then what can be done now", () => {
    const found = rank(all, " ", ["Tidy", "gone", "Redo"]);
    expect(ids(found)).toEqual(["Tidy", "Redo", "Undo", "Test an alarm"]);
    expect(found.map(({ group }) => group)).toEqual(["recent", "recent", "found", "found"]);
  });

  it("with a query: the best first, of equals what was used last", () => {
    expect(ids(rank(all, "do", []))).toEqual(["Undo", "Redo"]);
    expect(ids(rank(all, "do", ["Redo"]))).toEqual(["Redo", "Undo"]);
    expect(ids(rank(all, "un", ["Redo"]))).toEqual(["Undo"]);
  });

  it("finds by the English name what has another in the reader's language", () => {
    const chinese = [command("undo", { label: "撤销", english: "Undo" }), command("redo", { label: "重做", english: "Redo" })];
    expect(ids(rank(chinese, "und", []))).toEqual(["undo"]);
    expect(ids(rank(chinese, "重", []))).toEqual(["redo"]);
    expect(rank(chinese, "und", [])[0]?.marks).toEqual([]);
  });

  it("puts what is found by its name before what is found by what is said of it", () => {
    const found = rank([command("a", { aside: "tidy cards" }), command("Tidy")], "tidy", []);
    expect(ids(found)).toEqual(["Tidy", "a"]);
  });

  it("finds by what is said only what is said so", () => {
    const card = command("Go to Merge 1", { aside: "by source, tells oncall" });
    expect(ids(rank([card], "tells ONCALL", []))).toEqual(["Go to Merge 1"]);
    expect(ids(rank([card], "bsc", []))).toEqual([]);
  });

  it("loses no command and doubles none", () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string()), fc.array(fc.string()), (names, recent) => {
      expect(ids(rank(names.map((name) => command(name)), "", recent)).toSorted()).toEqual(names.toSorted());
    }));
  });
});

describe("the pieces of a text", () => {
  it("are the text, and marked where it is marked", () => {
    fc.assert(fc.property(fc.string(), fc.array(fc.nat(12)), (text, marks) => {
      const runs = runsOf(text, marks);
      expect(runs.map((run) => run.text).join("")).toBe(text);
      for (const run of runs) expect(marks.includes(run.at)).toBe(run.marked);
    }));
  });
});

describe("the commands", () => {
  beforeEach(() => {
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ valid: true, findings: [] })));
    openEditor({ rule: null, user: { username: "ann", role: "designer" }, can: { edit: true, submit: true }, language: "en", catalog: {} });
  });
  afterEach(() => { setCatalog({}); });

  it("are every action but the list itself, and every card of the rule", () => {
    const known = commands().map(({ id }) => id);
    for (const { id } of ACTIONS) expect(known.includes(id)).toBe(id !== "palette");
    expect(commands().filter(({ kind }) => kind !== null).map(({ label }) => label)).toEqual(["Go to Start", "Go to Condition 1", "Go to End"]);
  });

  it("keep their English names beside those of the reader", () => {
    setCatalog({ Undo: "撤销", "Go to {card}": "转到{card}", "Condition {number}": "条件 {number}" });
    const undo = commands().find(({ id }) => id === "undo");
    expect([undo?.label, undo?.english]).toEqual(["撤销", "Undo"]);
    const card = commands().find(({ kind }) => kind === "condition");
    expect(card?.english).toBe("Go to Condition 1");
    expect(card?.label).toMatch(/^转到/);
  });

  it("have different names", () => {
    const names = commands().map(({ label }) => label);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("what was used last", () => {
  beforeEach(() => { localStorage.clear(); });

  it("comes first, each once, and no more than six", () => {
    for (const id of ["a", "b", "c", "d", "e", "f", "g", "c"]) rememberCommand(id);
    expect(recentCommands()).toEqual(["c", "g", "f", "e", "d", "b"]);
  });

  it.each(["{", "7", "[1, {}]", "null"])("is nothing where the browser kept %s", (text) => {
    localStorage.setItem("groupflow.commands", text);
    expect(recentCommands()).toEqual([]);
  });
});
