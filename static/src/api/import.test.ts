import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../testing/server";
import { Problem } from "./client";
import { importRule } from "./import";

let server: TestServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(async () => {
  await server.close();
});

async function refusal(text: string): Promise<unknown> {
  return importRule(text).then(
    (id) => `stored as ${id}`,
    (error: unknown) => error,
  );
}

describe("a dropped rule file", () => {
  test("is sent as it is written, with the token of the cookie, and answers the id of the rule", async () => {
    document.cookie = "csrftoken=abc1";
    server.answer(() => ({ status: 201, body: { id: "r1" } }));
    expect(await importRule('{"b": 1.0, "1": 2}')).toBe("r1");
    expect(server.asked[0]).toMatchObject({
      method: "POST",
      path: "/api/rules/",
      text: '{"document":{"b": 1.0, "1": 2}}',
      headers: { "x-csrftoken": "abc1", "content-type": "application/json" },
    });
  });

  test("that is not JSON is refused here, and nothing is sent", async () => {
    expect(await refusal('{"name": "a"}, "message": {}')).toBeInstanceOf(Problem);
    expect(server.asked).toHaveLength(0);
  });

  test("that the server refuses answers the server's reasons", async () => {
    const findings = [
      { code: "json-number", severity: "error", message: "m", hint: "h", pointer: "/a", nodes: [], edges: [] },
    ];
    server.answer(() => ({ status: 400, body: { title: "Unreadable", detail: "d", findings } }));
    expect(await refusal("{}")).toMatchObject({ status: 400, title: "Unreadable", detail: "d", findings });
  });
});
