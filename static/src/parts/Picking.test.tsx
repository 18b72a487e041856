import { cleanup, createEvent, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { PickField, usePicking } from "./Picking";

const FOUND = ["a", "b", "c"];
const taken = vi.fn();

function Box() {
  const { active, step } = usePicking(FOUND);
  const onKey = ({ key }: { key: string }): void => { if (!step(key) && key === "Enter") taken(active); };
  return <PickField label="Find" placeholder="" query="" listId="list" activeId={active} onQuery={vi.fn()} onKey={onKey}>{null}</PickField>;
}

function field(): HTMLElement {
  return screen.getByRole("combobox");
}

function press(key: string, isComposing = false): void {
  const event = createEvent.keyDown(field(), { key });
  Object.defineProperty(event, "isComposing", { value: isComposing });
  fireEvent(field(), event);
}

beforeEach(() => {
  taken.mockClear();
  render(<Box />);
});
afterEach(cleanup);

it("moves around the ends, and pages up to them", () => {
  for (const [key, active] of [["ArrowUp", "c"], ["ArrowDown", "a"], ["PageDown", "c"], ["PageUp", "a"]] as const) {
    press(key);
    expect(field().getAttribute("aria-activedescendant")).toBe(active);
  }
});

it("leaves the keys to a word that is being composed", () => {
  press("ArrowDown", true);
  press("Enter", true);
  expect(field().getAttribute("aria-activedescendant")).toBe("a");
  expect(taken).not.toHaveBeenCalled();
  press("Enter");
  expect(taken).toHaveBeenCalledWith("a");
});
