import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";

import { later, overWait } from "./later";

type Word = { word: string };

function Shown({ word }: Word) {
  return <p>{word}</p>;
}

type Waiting = { resolve: (part: typeof Shown) => void; reject: (error: Error) => void };

/** A load that is settled by hand: each call waits for its own answer. */
function byHand() {
  const waiting: Waiting[] = [];
  const load = (): Promise<typeof Shown> => new Promise((resolve, reject) => { waiting.push({ resolve, reject }); });
  const settle = (answer: (one: Waiting) => void): Promise<void> =>
    act(async () => {
      for (const one of waiting.slice(-1)) answer(one);
      await Promise.resolve();
    });
  return {
    load,
    waiting,
    come: () => settle(({ resolve }) => { resolve(Shown); }),
    fail: () => settle(({ reject }) => { reject(new Error("no line")); }),
  };
}

afterEach(cleanup);

describe("a late part", () => {
  it("says that it is loading, and is shown with what it was given once it came", async () => {
    const { load, come } = byHand();
    const Part = later<Word>(load);
    render(<Part word="here" />);
    expect(screen.getByText("Loading…")).toBeTruthy();
    await come();
    expect(screen.getByText("here")).toBeTruthy();
    expect(screen.queryByText("Loading…")).toBeNull();
  });

  it("is shown at once when it was brought before", async () => {
    const { load, come, waiting } = byHand();
    const Part = later<Word>(load);
    void Part.preload();
    await come();
    render(<Part word="at once" />);
    expect(screen.getByText("at once")).toBeTruthy();
    expect(waiting.length).toBe(1);
  });

  it("is asked for once, however many places wait for it", async () => {
    const { load, come, waiting } = byHand();
    const Part = later<Word>(load);
    void Part.preload();
    render(<><Part word="one" /><Part word="two" /></>);
    expect(waiting.length).toBe(1);
    await come();
    expect(screen.getByText("one")).toBeTruthy();
    expect(screen.getByText("two")).toBeTruthy();
  });

  it("tells that it did not come, leaves the rest of the page alone, and comes when it is asked for again", async () => {
    const { load, come, fail } = byHand();
    const Part = later<Word>(load);
    render(<><input defaultValue="typed" /><Part word="late" /></>);
    await fail();
    expect(screen.getByRole("alert").textContent).toContain("could not be loaded");
    expect(screen.getByDisplayValue("typed")).toBeTruthy();
    fireEvent.click(screen.getByTestId("load-again"));
    expect(screen.getByTestId("load-again").textContent).toContain("Loading…");
    await come();
    expect(screen.getByText("late")).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("tells again when it did not come again", async () => {
    const { load, fail } = byHand();
    const Part = later<Word>(load);
    render(<Part word="never" />);
    await fail();
    fireEvent.click(screen.getByTestId("load-again"));
    await fail();
    expect(screen.getByTestId("load-again").textContent).toContain("Try again");
  });

  it("tries anew when it is shown after it could not be brought in advance", async () => {
    const { load, come, fail, waiting } = byHand();
    const Part = later<Word>(load);
    void Part.preload();
    await fail();
    render(<Part word="second try" />);
    expect(waiting.length).toBe(2);
    expect(screen.queryByRole("alert")).toBeNull();
    await come();
    expect(screen.getByText("second try")).toBeTruthy();
  });

  it("over the page shows nothing while it loads, and can be given up when it did not come", async () => {
    const { load, fail } = byHand();
    let given = false;
    const Part = later<Word>(load, overWait(() => { given = true; }));
    const { container } = render(<Part word="dialog" />);
    expect(container.childElementCount).toBe(0);
    await fail();
    fireEvent.click(screen.getByRole("button", { name: "Close", hidden: true }));
    expect(given).toBe(true);
  });
});
