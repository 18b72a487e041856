import { afterEach, describe, expect, it, vi } from "vitest";

import { editor } from "../store";
import { copyText } from "./copying";

afterEach(() => { vi.restoreAllMocks(); });

describe("copying", () => {
  it("says that the text is on the clipboard", async () => {
    expect(await copyText("the rule")).toBe(true);
    expect(await navigator.clipboard.readText()).toBe("the rule");
    expect(editor.getState().notice).toMatchObject({ kind: "success" });
  });

  it("says so when the browser refuses", async () => {
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new DOMException("no", "NotAllowedError"));
    expect(await copyText("the rule", { refused: "Press a key." })).toBe(false);
    expect(editor.getState().notice).toMatchObject({ kind: "error", text: "Press a key." });
  });
});
