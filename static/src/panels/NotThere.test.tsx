import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { NotThere } from "./NotThere";
import { askForNotificationRules, useNotificationStore } from "./notificationRules";

let there: string[] = [];
let asked: string[] = [];

function answer(path: string): Response {
  asked.push(path);
  if (path === "/api/connections/") return Response.json({ results: [{ id: "c1", name: "lab" }] });
  return Response.json({ results: there.map((name) => ({ name, desc: "" })) });
}

beforeEach(() => {
  asked = [];
  there = ["pager"];
  vi.stubGlobal("fetch", (path: string) => Promise.resolve(answer(path)));
});
afterEach(cleanup);

describe("names of notification rules that the connection does not know", () => {
  it("are named with the connection that was asked", async () => {
    await askForNotificationRules(false);
    render(<NotThere names={["pager", "gone", "typo"]} />);
    expect(screen.getByTestId("not-there").textContent).toContain("lab: gone, typo.");
  });

  it("are not complained of while nobody could ask", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new Error("no network")));
    await askForNotificationRules(false);
    render(<NotThere names={["gone"]} />);
    expect(screen.queryByTestId("not-there")).toBeNull();
    expect(useNotificationStore.getState().note).toContain("does not answer");
  });

  it("are found when they were made meanwhile and the names are asked for again", async () => {
    await askForNotificationRules(false);
    render(<NotThere names={["late"]} />);
    expect(screen.queryByTestId("not-there")).not.toBeNull();
    there = ["pager", "late"];
    fireEvent.click(screen.getByTestId("ask-names"));
    await vi.waitFor(() => { expect(screen.queryByTestId("not-there")).toBeNull(); });
    expect(asked.at(-1)).toBe("/api/connections/c1/notification-rules/?refresh=1");
  });
});
