import { beforeEach, describe, expect, it, vi } from "vitest";

import { actionFor, ACTIONS, actionOf, chordWords } from "./actions";
import { openEditor, type Can } from "./store";

function press(key: string, held: KeyboardEventInit = {}): KeyboardEvent {
  return new KeyboardEvent("keydown", { key, ...held });
}

function open(can: Can): void {
  openEditor({ rule: null, user: { username: "ann", role: "designer" }, can, language: "en", catalog: {} });
}

beforeEach(() => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ valid: true, findings: [] })));
});

describe("the keys", () => {
  it.each([
    ["z", { ctrlKey: true }, "undo"],
    ["z", { metaKey: true }, "undo"],
    ["Z", { ctrlKey: true, shiftKey: true }, "redo"],
    ["y", { ctrlKey: true }, "redo"],
    ["s", { ctrlKey: true }, "save"],
    ["c", {}, "add-condition"],
    ["Delete", {}, "delete"],
    ["Delete", { shiftKey: true }, "delete-reconnect"],
    ["d", { ctrlKey: true }, "duplicate"],
    ["a", { metaKey: true }, "select-all"],
    ["f", { ctrlKey: true }, "find"],
    ["Backspace", {}, "delete"],
    ["?", { shiftKey: true }, "help"],
    ["+", { shiftKey: true }, "zoom-in"],
  ])("%s %o asks for %s", (key, held, id) => {
    expect(actionFor(press(key, held), false)?.id).toBe(id);
  });

  it("leave copying to the browser", () => {
    for (const key of ["c", "x", "v"]) expect(actionFor(press(key, { ctrlKey: true }), false)).toBeNull();
  });

  it("belong to the text while the caret is in a field, except saving", () => {
    expect(actionFor(press("z", { ctrlKey: true }), true)).toBeNull();
    expect(actionFor(press("Backspace"), true)).toBeNull();
    expect(actionFor(press("s", { ctrlKey: true }), true)?.id).toBe("save");
  });

  it("are each given to one action only", () => {
    const words = ACTIONS.flatMap(({ chords }) => chords.map(chordWords));
    expect(new Set(words).size).toBe(words.length);
  });
});

describe("the reasons", () => {
  it("keep an unsaved rule from being submitted", () => {
    open({ edit: true, submit: true });
    expect(actionOf("submit").reason()).toMatch(/Save first/);
  });

  it("keep a reader from changing the rule", () => {
    open({ edit: false, submit: false });
    expect(actionOf("add-condition").reason()).toMatch(/look at/);
    expect(actionOf("save").reason()).toMatch(/look at/);
    expect(actionOf("delete").reason()).toMatch(/look at/);
  });

  it("let a designer save a new rule", () => {
    open({ edit: true, submit: false });
    expect(actionOf("save").reason()).toBeNull();
    expect(actionOf("submit").reason()).toMatch(/role/);
  });
});
