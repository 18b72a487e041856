import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Submission } from "../../api/submissions";
import { editor } from "../../store";
import { startServer, type Reply, type TestServer } from "../../testing/server";
import { LookAgain } from "./LookAgain";

const WAITING = { id: "s1", state: "needs_human", finished: "2026-01-01T00:00:00Z" } as Submission;
const REFUSED: Reply = { status: 503, body: { title: "Busy", detail: "Try again in a moment." } };
let server: TestServer;

beforeEach(async () => {
  server = await startServer();
  editor.setState({ submission: WAITING });
  render(<LookAgain submission={WAITING} />);
});

afterEach(async () => {
  cleanup();
  editor.setState({ submission: null });
  await server.close();
});

function press(): void {
  fireEvent.click(screen.getByTestId("look-again"));
}

describe("looking again", () => {
  it("tells why it could not, until it is tried anew", async () => {
    server.answer(() => REFUSED);
    press();
    expect((await screen.findByRole("alert")).textContent).toBe("Try again in a moment.");
    server.answer(() => ({ status: 200, body: { ...WAITING, state: "succeeded" } }));
    press();
    await waitFor(() => { expect(editor.getState().submission?.state).toBe("succeeded"); });
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("leaves the submission alone that the page has gone on to", async () => {
    const other = { ...WAITING, id: "s2" };
    server.answer(() => {
      act(() => { editor.setState({ submission: other }); });
      return { status: 200, body: { ...WAITING, state: "succeeded" } };
    });
    press();
    await waitFor(() => { expect(screen.getByTestId("look-again").textContent).toBe("Look again"); });
    expect(editor.getState().submission).toEqual(other);
  });
});
