import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { editor, openEditor } from "../store";
import { closeLayer, LayerHost, openLayer, type Layer } from "./layers";

const Shown: Layer = ({ typed }) => <p role="note">{typed}</p>;

/** Something on its way, and how it arrives or is lost. */
function onItsWay() {
  let arrive: (layer: Layer) => void = () => undefined;
  let lose: (reason: Error) => void = () => undefined;
  const load = new Promise<Layer>((resolve, reject) => {
    arrive = resolve;
    lose = reject;
  });
  return { opened: openLayer({ load: () => load }), arrive: () => { arrive(Shown); }, lose: () => { lose(new Error("no line")); } };
}

function press(key: string, held: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held });
  document.body.dispatchEvent(event);
  return event;
}

const heard = vi.fn();

beforeEach(() => {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ valid: true, findings: [] })));
  openEditor({ rule: null, user: { username: "ann", role: "designer" }, can: { edit: true, submit: true }, language: "en", catalog: {} });
  heard.mockClear();
  document.body.addEventListener("keydown", heard);
  render(<LayerHost />);
});

afterEach(() => {
  document.body.removeEventListener("keydown", heard);
  act(closeLayer);
  cleanup();
});

describe("while a dialog is on its way", () => {
  it("what is typed is meant for it, and does nothing to the page", async () => {
    const dialog = onItsWay();
    for (const key of ["u", "n", "Shift", "d"]) expect(press(key).defaultPrevented).toBe(true);
    press("z", { ctrlKey: true });
    await act(async () => {
      dialog.arrive();
      await dialog.opened;
    });
    expect(screen.getByRole("note").textContent).toBe("und");
    expect(heard).not.toHaveBeenCalled();
    expect(press("c").defaultPrevented).toBe(false);
    expect(heard).toHaveBeenCalledOnce();
  });

  it("there is no moment between its keys and the dialog", async () => {
    const dialog = onItsWay();
    dialog.arrive();
    await dialog.opened;
    expect(screen.getByRole("note")).toBeTruthy();
  });

  it.each([
    ["Escape", () => press("Escape")],
    ["a press of the pointer", () => document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }))],
  ])("%s gives it up", async (_, giveUp) => {
    const dialog = onItsWay();
    giveUp();
    expect(press("c").defaultPrevented).toBe(false);
    await act(async () => {
      dialog.arrive();
      await dialog.opened;
    });
    expect(screen.queryByRole("note")).toBeNull();
  });

  it("one that does not come is told, and the keys are the page's again", async () => {
    const dialog = onItsWay();
    await act(async () => {
      dialog.lose();
      await dialog.opened;
    });
    expect(editor.getState().notice?.text).toMatch(/could not be loaded/);
    expect(press("c").defaultPrevented).toBe(false);
  });
});
