import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";

import { ChipInput } from "./ChipInput";

afterEach(cleanup);

function Values({ start }: { start: string[] }) {
  const [values, setValues] = useState(start);
  const suggestions = ["Critical", "Major"].map((value) => ({ value }));
  return (
    <>
      <ChipInput label="Values" values={values} suggestions={suggestions} onChange={setValues} />
      <output>{values.join("|")}</output>
    </>
  );
}

function field(): HTMLElement {
  return screen.getByRole("combobox", { name: "Values" });
}

function shown(): string | null {
  return screen.getByRole("status").textContent;
}

describe("a field of several values", () => {
  it("adds what was typed on Enter, trimmed", () => {
    render(<Values start={[]} />);
    fireEvent.change(field(), { target: { value: " pay.* " } });
    fireEvent.keyDown(field(), { key: "Enter" });
    expect(shown()).toBe("pay.*");
  });

  it("leaves Enter to the input method while a word is being composed", () => {
    render(<Values start={[]} />);
    fireEvent.change(field(), { target: { value: "gao" } });
    fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
    expect(shown()).toBe("");
  });

  it("keeps what was typed when the field is left", () => {
    render(<Values start={["a"]} />);
    fireEvent.change(field(), { target: { value: "b" } });
    fireEvent.blur(field());
    expect(shown()).toBe("a|b");
  });

  it("does not take a value twice", () => {
    render(<Values start={["a"]} />);
    fireEvent.change(field(), { target: { value: "a" } });
    fireEvent.keyDown(field(), { key: "Enter" });
    expect(shown()).toBe("a");
  });

  it("suggests what fits and is not there yet, and takes it with the arrows", () => {
    render(<Values start={["Critical"]} />);
    fireEvent.change(field(), { target: { value: "m" } });
    expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual(["Major"]);
    fireEvent.keyDown(field(), { key: "ArrowDown" });
    fireEvent.keyDown(field(), { key: "Enter" });
    expect(shown()).toBe("Critical|Major");
  });

  it("removes a value by its cross, and the last one by Backspace in the empty field", () => {
    render(<Values start={["a", "b", "c"]} />);
    fireEvent.click(screen.getByRole("button", { name: "Remove a" }));
    fireEvent.keyDown(field(), { key: "Backspace" });
    expect(shown()).toBe("b");
  });
});
