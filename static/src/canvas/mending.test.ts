import { afterEach, beforeEach, expect, it } from "vitest";

import { editor, openEditor } from "../store";
import { drawn } from "../testing/rules";
import { startServer, type TestServer } from "../testing/server";
import { mendAllReason, mendEverything } from "./mending";

const FIX = { title: "Write another", patch: [{ op: "add", path: "/desc", value: "mended" }] };
const FINDING = { code: "x", severity: "error", message: "", hint: "", pointer: "/desc", nodes: [], edges: [], fixes: [FIX] };
let server: TestServer;
let answer = (): void => undefined;

/** Checks of a mended rule answer when they are told to, and find nothing. */
function held(): Promise<{ status: number; body: object }> {
  return new Promise((resolve) => {
    answer = () => { resolve({ status: 200, body: { valid: true, findings: [] } }); };
  });
}

beforeEach(async () => {
  server = await startServer();
  const document = drawn("s plain c1", "c1 true m1", "c1 false m2");
  const rule = { id: "7", version: 1, etag: '"v1"', document, layout: { nodes: {} }, findings: [FINDING] };
  openEditor({ rule, user: { username: "ann", role: "designer" }, can: { edit: true, submit: true }, language: "en", catalog: {} } as never);
});

afterEach(async () => {
  answer();
  editor.getState().close();
  await server.close();
});

it("mends all once, however often it is asked to", async () => {
  let begun = (): void => undefined;
  const asked = new Promise<void>((resolve) => { begun = resolve; });
  server.answer(() => {
    begun();
    return held();
  });
  const first = mendEverything();
  await asked;
  expect(mendAllReason()).toBe("Mending…");
  await mendEverything();
  expect(editor.getState().history.past).toHaveLength(0);
  answer();
  await first;
  expect(editor.getState().history.past).toHaveLength(1);
  expect(editor.getState().notice).toBeNull();
  expect(server.asked).toHaveLength(1);
});

it("does not mend by a list that tells of the rule before the last change", async () => {
  server.answer(held);
  editor.getState().apply("Rename", (draft) => ({ ...draft, document: { ...draft.document, name: "other" } }));
  expect(mendAllReason()).toBe("Checking…");
  await mendEverything();
  expect(editor.getState().history.past).toHaveLength(1);
  expect(server.asked).toHaveLength(0);
});
