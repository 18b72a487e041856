import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startServer, type TestServer } from "../testing/server";
import { Problem, request, Unreachable } from "./client";
import { getConnections, getNotificationRules } from "./connections";
import { line } from "./line";
import { checkRule, createRule, exportPath, getVersion, saveRule } from "./rules";
import { submitRule } from "./submissions";

let server: TestServer;

beforeEach(async () => {
  server = await startServer();
});

afterEach(async () => {
  await server.close();
});

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("it did not throw");
    },
    (error: unknown) => error,
  );
}

describe("a request", () => {
  test("carries JSON, the token of the cookie, and answers body and ETag", async () => {
    document.cookie = "csrftoken=abc%3D1";
    server.answer(() => ({ status: 200, body: { ok: true }, headers: { ETag: '"v4"' } }));
    const answer = await request("PUT", "/api/rules/1/", { body: { name: "é" }, headers: { "If-Match": '"v3"' } });
    expect(answer).toEqual({ data: { ok: true }, etag: '"v4"', status: 200 });
    expect(server.asked[0]).toMatchObject({
      method: "PUT",
      path: "/api/rules/1/",
      body: { name: "é" },
      headers: { "x-csrftoken": "abc=1", "if-match": '"v3"', "content-type": "application/json" },
    });
  });

  test("sends a text that is JSON already as it is", async () => {
    server.answer(() => ({ status: 201, body: {} }));
    await request("POST", "/api/rules/", { text: '{"document": {"a": 1, "10": 2, "9": 3}}' });
    expect(server.asked[0]).toMatchObject({ text: '{"document": {"a": 1, "10": 2, "9": 3}}' });
    expect(server.asked[0]?.headers["content-type"]).toBe("application/json");
  });

  test("whose answer is cut short is one without an answer", async () => {
    const headers = { "Content-Type": "application/json" };
    server.answer(() => ({ status: 200, text: '{"id": 1, "na', headers }));
    expect(await thrown(request("GET", "/api/rules/1/"))).toBeInstanceOf(Unreachable);
  });

  test("tells whether the server answers, and whether it knows who asks", async () => {
    server.answer(() => ({ status: 401, body: { title: "Unauthorized" } }));
    await thrown(request("GET", "/api/rules/1/"));
    expect(line.getState()).toEqual({ reachable: true, signedIn: false });
    server.answer(() => ({ status: 502, text: "<p>Bad gateway" }));
    await thrown(request("GET", "/api/rules/1/"));
    expect(line.getState()).toEqual({ reachable: true, signedIn: false });
    server.answer(() => ({ status: 412, body: { title: "Changed meanwhile" } }));
    await thrown(request("GET", "/api/rules/1/"));
    expect(line.getState()).toEqual({ reachable: true, signedIn: true });
    await server.close();
    await thrown(request("GET", "/api/rules/1/"));
    expect(line.getState()).toEqual({ reachable: false, signedIn: true });
  });

  test("to read something carries no token", async () => {
    server.answer(() => ({ status: 200, body: {} }));
    await request("GET", "/api/connections/");
    expect(server.asked[0]?.headers).not.toHaveProperty("x-csrftoken");
  });

  test("throws the problem the server tells", async () => {
    const findings = [
      { code: "flow-cycle", severity: "error", message: "", hint: "", pointer: "", nodes: [], edges: [] },
    ];
    const body = { type: "about:blank", title: "Refused", detail: "It has errors.", findings, current: { version: 4 } };
    server.answer(() => ({ status: 422, body }));
    const problem = await thrown(request("POST", "/api/rules/1/submit/", { body: {} }));
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ status: 422, title: "Refused", detail: "It has errors.", findings, body });
  });

  test("says so when a page comes back instead of data", async () => {
    server.answer(() => ({ status: 502, text: "<h1>Bad gateway</h1>" }));
    const problem = await thrown(request("GET", "/api/rules/1/"));
    expect(problem).toMatchObject({ status: 502, title: "The server refused this without a reason." });
  });

  test("says that the session ended when it is sent to a sign-in page", async () => {
    server.answer(({ path }) =>
      path === "/login/"
        ? { status: 200, text: "<form>" }
        : { status: 302, text: "", headers: { Location: "/login/" } },
    );
    expect(await thrown(request("GET", "/api/rules/1/"))).toMatchObject({ status: 401 });
  });

  test("tells a dead server from a refusal", async () => {
    await server.close();
    expect(await thrown(request("GET", "/api/rules/1/"))).toBeInstanceOf(Unreachable);
    server = await startServer();
  });
});

describe("the resources", () => {
  test("ask for what they are named after", async () => {
    server.answer(() => ({ status: 200, body: { results: [], etag: '"v1"' } }));
    const rule = { document: { name: "a" }, layout: { nodes: {} }, responses: {}, message: "why" };
    await getVersion("a/b", 2);
    await createRule(rule);
    await saveRule(7, rule, '"v1"');
    await checkRule(rule.document);
    expect(await getConnections()).toEqual([]);
    expect(await getNotificationRules(3)).toEqual([]);
    await submitRule(7, { connection: 3, version: 2 }, "key-1");
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /api/rules/a%2Fb/versions/2/",
      "POST /api/rules/",
      "PUT /api/rules/7/",
      "POST /api/check/",
      "GET /api/connections/",
      "GET /api/connections/3/notification-rules/",
      "POST /api/rules/7/submit/",
    ]);
    expect(server.asked[2]?.headers["if-match"]).toBe('"v1"');
    expect(server.asked[6]?.headers["idempotency-key"]).toBe("key-1");
    expect(exportPath(7)).toBe("/api/rules/7/export/");
  });
});
