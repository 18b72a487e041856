import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { Button } from "./Button";

afterEach(cleanup);

describe("a button", () => {
  it("acts when it can", () => {
    const onPress = vi.fn();
    render(<Button label="Save" onPress={onPress} />);
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(onPress).toHaveBeenCalledOnce();
  });

  it("says why it cannot act, and does not", () => {
    const onPress = vi.fn();
    render(<Button label="Submit" reason="Save first." onPress={onPress} />);
    const button = screen.getByRole("button", { name: "Submit" });
    fireEvent.click(button);
    expect(onPress).not.toHaveBeenCalled();
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(button.hasAttribute("disabled")).toBe(false);
    expect(screen.getByRole("tooltip").textContent).toContain("Save first.");
  });

  it("tells the reason to the pointer before it is pressed", () => {
    render(<Button label="Submit" reason="Save first." onPress={() => undefined} />);
    fireEvent.mouseEnter(screen.getByRole("button"));
    expect(screen.getByRole("tooltip").textContent).toContain("Save first.");
    fireEvent.mouseLeave(screen.getByRole("button"));
    expect(screen.queryByRole("tooltip")).toBeNull();
  });
});
