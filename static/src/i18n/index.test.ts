import { afterEach, expect, test } from "vitest";
import { n, setCatalog, t } from ".";

afterEach(() => {
  setCatalog({});
});

test("a message without a translation stays as it is written", () => {
  expect(t("Save")).toBe("Save");
  expect(t("constructor")).toBe("constructor");
});

test("an empty translation counts as none", () => {
  setCatalog({ Save: "" });
  expect(t("Save")).toBe("Save");
});

test("places are filled after translating, each once, with text as it is", () => {
  setCatalog({ "{name} of {total}": "共 {total}，{name}" });
  expect(t("{name} of {total}", { name: "{total}", total: 3 })).toBe("共 3，{total}");
  expect(t("{name}", {})).toBe("{name}");
});

test("a count chooses between one and many", () => {
  expect(n(1, "{count} error", "{count} errors")).toBe("1 error");
  expect(n(0, "{count} error", "{count} errors")).toBe("0 errors");
});
