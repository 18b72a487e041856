import { beforeEach, describe, expect, it, vi } from "vitest";

import { ACTIONS, actionOf } from "./actions";
import type { RuleBody } from "./api/rules";
import { useUi } from "./canvas/ui";
import { actionFor, chordWords } from "./chords";
import { openEditor, type Can } from "./store";

function press(key: string, held: KeyboardEventInit = {}): KeyboardEvent {
  return new KeyboardEvent("keydown", { key, ...held });
}

const STORED: RuleBody = {
  id: "7",
  name: "stored",
  version: 1,
  etag: '"v1"',
  digest: "",
  document: { name: "stored" },
  layout: { nodes: {} },
  responses: {},
  message: "",
  author: "ann",
  created: "",
  findings: [],
};

function open(can: Can, rule: RuleBody | null = null): void {
  openEditor({ rule, user: { username: "ann", role: "designer" }, can, language: "en", catalog: {} });
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
    expect(actionFor(press(key, held), false, ACTIONS)?.id).toBe(id);
  });

  it("leave copying to the browser", () => {
    for (const key of ["c", "x", "v"]) expect(actionFor(press(key, { ctrlKey: true }), false, ACTIONS)).toBeNull();
  });

  it("belong to the text while the caret is in a field, except saving", () => {
    expect(actionFor(press("z", { ctrlKey: true }), true, ACTIONS)).toBeNull();
    expect(actionFor(press("Backspace"), true, ACTIONS)).toBeNull();
    expect(actionFor(press("s", { ctrlKey: true }), true, ACTIONS)?.id).toBe("save");
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

  it("keep a version from being exported that is not what is on the screen", () => {
    open({ edit: true, submit: false }, STORED);
    expect(actionOf("export").reason()).toBeNull();
    useUi.setState({ typedJson: "{" });
    expect(actionOf("export").reason()).toMatch(/Save first/);
    useUi.setState({ typedJson: null });
  });

  it("let a designer save a new rule", () => {
    open({ edit: true, submit: false });
    expect(actionOf("save").reason()).toBeNull();
    expect(actionOf("submit").reason()).toMatch(/role/);
  });
});
