import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { keyOfCard } from "../../model/outlineTree";
import type { RuleDocument } from "../../model/types";
import { editor, openEditor } from "../../store";
import { documentText, draftOf } from "../../testing/rules";
import { Outline } from "./Outline";
import { useOutline } from "./state";

/** The rows that were drawn since it was emptied. */
const drawn: string[] = [];

vi.mock("./CardFace", async (original) => ({
  ...(await original<object>()),
  CardFace: ({ item }: { item: { key: string } }) => {
    drawn.push(item.key);
    return null;
  },
}));

const LARGEST = JSON.parse(documentText("good/largest.json")) as RuleDocument;

function rows(): HTMLElement[] {
  return screen.getAllByRole("treeitem");
}

function rowAt(index: number): HTMLElement {
  const found = rows().at(index);
  if (!found) throw new Error(`There is no row ${index}.`);
  return found;
}

beforeEach(() => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ valid: true, findings: [], results: [] })));
  openEditor({ rule: null, user: { username: "ann", role: "designer" }, can: { edit: true, submit: true }, language: "en", catalog: {} });
  editor.getState().apply("Open", () => draftOf(LARGEST));
  useOutline.setState({ folded: new Set(), current: null, at: 0, wish: null });
  render(<Outline />);
});
afterEach(() => {
  editor.getState().close();
  cleanup();
});

it("draws again only the rows that a step of the arrow keys leaves and reaches", () => {
  rowAt(0).focus();
  fireEvent.keyDown(rowAt(0), { key: "ArrowDown" });
  drawn.length = 0;
  fireEvent.keyDown(rowAt(1), { key: "ArrowDown" });
  expect(document.activeElement).toBe(rowAt(2));
  expect([...new Set(drawn)].sort()).toEqual([rowAt(1).dataset.key, rowAt(2).dataset.key].sort());
});

it("draws no row again for a check that finds nothing, nor for a message", () => {
  drawn.length = 0;
  act(() => {
    editor.setState({ findings: [], findingsState: "current" });
    editor.getState().setNotice({ kind: "info", text: "Saved" });
  });
  expect(drawn).toEqual([]);
});

it("folds away every row of a true side and brings them back", () => {
  const all = rows().length;
  rowAt(1).focus();
  fireEvent.keyDown(rowAt(1), { key: "ArrowLeft" });
  expect(rows()).toHaveLength(all - 1);
  expect(rowAt(1).getAttribute("aria-expanded")).toBe("false");
  fireEvent.keyDown(rowAt(1), { key: "*" });
  expect(rows()).toHaveLength(all);
});

it("keeps a row in the tab order when the current one goes", () => {
  act(() => { useOutline.setState({ current: keyOfCard("gone"), at: 99 }); });
  expect(rows().map(({ tabIndex }) => tabIndex).filter((index) => index === 0)).toHaveLength(1);
  expect(rowAt(-1).tabIndex).toBe(0);
});

it("leaves a letter that begins no row to the page, and takes one that does", () => {
  rowAt(0).focus();
  // false: the key was taken here.
  expect(fireEvent.keyDown(rowAt(0), { key: "p" })).toBe(true);
  expect(fireEvent.keyDown(rowAt(0), { key: "e" })).toBe(false);
  expect(document.activeElement?.getAttribute("data-key")).toBe(rows().find((row) => row.textContent.startsWith("End"))?.dataset.key);
});
