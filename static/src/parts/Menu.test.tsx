import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi, type Mock } from "vitest";

import { Menu, type MenuItem } from "./Menu";
import { pointAnchor } from "./useFloating";

afterEach(cleanup);

function open(items: MenuItem[], onClose = vi.fn()) {
  render(<Menu label="What follows" groups={[{ id: "all", items }]} anchor={pointAnchor(10, 10)} onClose={onClose} />);
  return onClose;
}

function item(id: string, reason: string | null = null): MenuItem & { run: Mock<() => void> } {
  return { id, label: id, reason, run: vi.fn<() => void>() };
}

describe("a menu", () => {
  it("begins at its first item and moves with the arrows, around the end", () => {
    open([item("One"), item("Two")]);
    const menu = screen.getByRole("menu");
    expect(document.activeElement?.textContent).toBe("One");
    fireEvent.keyDown(menu, { key: "ArrowDown" });
    expect(document.activeElement?.textContent).toBe("Two");
    fireEvent.keyDown(menu, { key: "ArrowDown" });
    expect(document.activeElement?.textContent).toBe("One");
  });

  it("closes and then does what was chosen", () => {
    const one = item("One");
    const onClose = open([one]);
    fireEvent.click(screen.getByRole("menuitem"));
    expect(onClose).toHaveBeenCalledOnce();
    expect(one.run).toHaveBeenCalledOnce();
  });

  it("lists what is refused with its reason and stays open when it is pressed", () => {
    const refused = item("Start", "Nothing can lead back to Start.");
    const onClose = open([refused]);
    fireEvent.click(screen.getByRole("menuitem"));
    expect(refused.run).not.toHaveBeenCalled();
    expect(onClose).not.toHaveBeenCalled();
    expect(screen.getByRole("menuitem").textContent).toContain("Nothing can lead back to Start.");
  });

  it.each(["Escape", "Tab"])("closes on %s", (key) => {
    const onClose = open([item("One")]);
    fireEvent.keyDown(screen.getByRole("menu"), { key });
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("closes when something else is pressed", () => {
    const onClose = open([item("One")]);
    fireEvent.pointerDown(document.body);
    expect(onClose).toHaveBeenCalledOnce();
  });
});
