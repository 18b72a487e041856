import { describe, expect, test } from "vitest";
import { begin, canRedo, canUndo, record, redo, seal, undo } from "./history";
import { newRule } from "./rule";
import type { Draft } from "./types";

function named(name: string): Draft {
  return { document: { name }, layout: { nodes: {} } };
}

function names(history: ReturnType<typeof begin>): string {
  const all = [
    ...history.past.map((entry) => entry.draft),
    history.present,
    ...history.future.map((entry) => entry.draft),
  ];
  return all.map((draft) => draft.document.name as string).join(" ");
}

describe("history", () => {
  test("begins with nothing to undo or redo", () => {
    const history = begin(newRule());
    expect([canUndo(history), canRedo(history)]).toEqual([false, false]);
    expect(undo(history)).toBe(history);
    expect(redo(history)).toBe(history);
  });

  test("does not record an edit that changed nothing", () => {
    const history = begin(named("a"));
    expect(record(history, "nothing", history.present)).toBe(history);
  });

  test("joins edits with one merge key into one step", () => {
    let history = begin(named(""));
    for (const name of ["p", "pa", "pay"]) history = record(history, "Name", named(name), "name");
    expect(undo(history).present.document.name).toBe("");
    expect(redo(undo(history)).present.document.name).toBe("pay");
  });

  test("does not join across another key, a seal, or an undo", () => {
    let history = record(begin(named("a")), "Name", named("b"), "name");
    history = record(history, "Text", named("c"), "desc");
    history = record(seal(history), "Text", named("d"), "desc");
    history = record(undo(history), "Text", named("e"), "desc");
    expect(names(history)).toBe("a b c e");
  });

  test("a new edit forgets what was undone", () => {
    const history = undo(record(begin(named("a")), "one", named("b")));
    expect(canRedo(record(history, "two", named("c")))).toBe(false);
  });

  test("keeps the labels of steps on both sides", () => {
    const history = undo(record(record(begin(named("a")), "one", named("b")), "two", named("c")));
    expect([history.past.at(-1)?.label, history.future[0]?.label]).toEqual(["one", "two"]);
  });

  test("keeps the last hundred steps", () => {
    let history = begin(named("0"));
    for (let step = 1; step <= 120; step += 1) history = record(history, "step", named(String(step)));
    expect(history.past).toHaveLength(100);
    while (canUndo(history)) history = undo(history);
    expect(history.present.document.name).toBe("20");
  });
});
