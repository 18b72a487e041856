import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RuleBody } from "./api/rules";
import { addCard, moveNodes, setRuleMember } from "./model/commands";
import { nodesOf } from "./model/rule";
import type { Finding } from "./model/types";
import { createEditorStore, readLayout, type Bootstrap, type EditorStore } from "./store";
import { drawn, publishedSample } from "./testing/rules";
import { startServer, type Asked, type Reply, type TestServer } from "./testing/server";

const FINDING: Finding = {
  code: "flow-cycle",
  severity: "error",
  message: "A loop.",
  hint: "Cut it.",
  pointer: "/match_v3/edges/1",
  nodes: [],
  edges: [],
};

let server: TestServer;
/** What the scripted server holds. */
let stored: RuleBody;
let stores: EditorStore[] = [];

function ruleBody(version: number, changes: Partial<RuleBody> = {}): RuleBody {
  return {
    id: 7,
    name: "aomtest",
    version,
    etag: `"v${version}"`,
    digest: "",
    document: publishedSample(),
    layout: { nodes: {} },
    responses: {},
    message: "",
    author: "ann",
    created: "2026-01-02T03:04:05Z",
    findings: [],
    ...changes,
  };
}

function put({ headers, body }: Asked): Reply {
  if (headers["if-match"] !== stored.etag) {
    return { status: 412, body: { title: "Changed meanwhile", detail: "Bob saved version 4.", current: stored } };
  }
  stored = ruleBody(stored.version + 1, body as Partial<RuleBody>);
  return { status: 200, body: stored, headers: { ETag: stored.etag } };
}

function answer(asked: Asked): Reply {
  if (asked.path === "/api/check/") return { status: 200, body: { valid: true, findings: [] } };
  if (asked.method === "PUT") return put(asked);
  if (asked.path === "/api/rules/") {
    stored = ruleBody(1, asked.body as Partial<RuleBody>);
    return { status: 201, body: stored, headers: { ETag: stored.etag } };
  }
  return { status: 404, body: { title: "Not found" } };
}

function opened(changes: Partial<Bootstrap> = {}): EditorStore {
  const user = { username: "ann", role: "author" };
  const can = { edit: true, submit: true };
  const store = createEditorStore({ rule: stored, user, can, language: "en", catalog: {}, ...changes });
  stores.push(store);
  return store;
}

function rename(store: EditorStore, name: string): void {
  store.getState().apply("Name", (draft) => setRuleMember(draft, "name", name), "name");
}

beforeEach(async () => {
  stored = ruleBody(3);
  server = await startServer();
  server.answer(answer);
});

afterEach(async () => {
  for (const store of stores) store.getState().close();
  stores = [];
  await server.close();
});

describe("opening", () => {
  test("a saved rule is not a change, even when the editor had to place its cards", () => {
    const store = opened();
    expect(store.getState().dirty()).toBe(false);
    expect(Object.keys(store.getState().history.present.layout.nodes)).toHaveLength(9);
    expect(store.getState().history.present.document).toEqual(publishedSample());
  });

  test("without a rule begins a new one, which is not saved yet", () => {
    const store = opened({ rule: null });
    expect(nodesOf(store.getState().history.present.document)).toHaveLength(3);
    expect(store.getState()).toMatchObject({ ruleId: null, saved: null });
    expect(store.getState().dirty()).toBe(true);
  });

  test("a legacy rule keeps its document and needs no places", () => {
    stored = ruleBody(1, { document: { name: "old", detail: [] } });
    expect(opened().getState().history.present).toEqual({
      document: { name: "old", detail: [] },
      layout: { nodes: {} },
    });
  });

  test("a layout from outside loses only what is no place", () => {
    const layout = { nodes: { a: { x: 1, y: 2 }, b: { x: "1", y: 2 }, c: null }, zoom: 2 };
    expect(readLayout(layout)).toEqual({ nodes: { a: { x: 1, y: 2 } }, zoom: 2 });
    expect(readLayout(null)).toEqual({ nodes: {} });
  });
});

describe("editing", () => {
  test("undoing back to what is saved clears the unsaved mark", () => {
    const store = opened();
    rename(store, "pay");
    expect(store.getState().dirty()).toBe(true);
    store.getState().undo();
    expect(store.getState().dirty()).toBe(false);
    store.getState().redo();
    expect(store.getState().history.present.document.name).toBe("pay");
  });

  test("typing is one step until the field is left", () => {
    const store = opened();
    rename(store, "p");
    rename(store, "pa");
    store.getState().seal();
    rename(store, "pay");
    store.getState().undo();
    expect(store.getState().history.present.document.name).toBe("pa");
    store.getState().undo();
    expect(store.getState().history.present.document.name).toBe("aomtest");
  });

  test("an undone card is no longer selected", () => {
    const store = opened();
    let id = "";
    store.getState().apply("Add", (draft) => {
      const added = addCard(draft, "combine", null);
      id = added.id;
      return added.draft;
    });
    store.getState().select({ nodes: [id] });
    store.getState().undo();
    expect(store.getState().selection).toEqual({ nodes: [], edge: null });
  });

  test("is refused to a reader", () => {
    const store = opened({ can: { edit: false, submit: false } });
    rename(store, "pay");
    expect(store.getState().dirty()).toBe(false);
  });

  test("imports a document as one step, and names what is wrong with one it cannot read", () => {
    const store = opened();
    expect(store.getState().importDocument("{")).toBe(false);
    expect(store.getState().importDocument("[]")).toBe(false);
    expect(store.getState()).toMatchObject({ notice: { kind: "error" }, history: { past: [] } });
    expect(store.getState().importDocument(JSON.stringify(drawn("s plain c1")))).toBe(true);
    store.getState().undo();
    expect(store.getState().dirty()).toBe(false);
  });
});

describe("checking", () => {
  function checks(): Asked[] {
    return server.asked.filter(({ path }) => path === "/api/check/");
  }

  test("asks once for a run of edits, with the newest document", async () => {
    const store = opened();
    server.answer(() => ({ status: 200, body: { valid: false, findings: [FINDING] } }));
    for (const name of ["p", "pa", "pay"]) rename(store, name);
    expect(store.getState().findingsState).toBe("checking");
    await vi.waitFor(() => {
      expect(store.getState()).toMatchObject({ findingsState: "current", findings: [FINDING] });
    });
    expect(checks().map(({ body }) => (body as { name: string }).name)).toEqual(["pay"]);
  });

  test("does not ask when only places changed", async () => {
    const store = opened();
    store.getState().apply("Move", (draft) => moveNodes(draft, { "flow-1JBeHxLU": { x: 1, y: 1 } }));
    expect(store.getState().findingsState).toBe("current");
    await store.getState().save();
    expect(checks()).toEqual([]);
  });

  test("drops the answer to an older document", async () => {
    const store = opened();
    let release: (reply: Reply) => void = () => undefined;
    server.answer(() => new Promise((resolve) => (release = resolve)));
    rename(store, "old");
    await vi.waitFor(() => {
      expect(checks()).toHaveLength(1);
    });
    server.answer(() => ({ status: 200, body: { valid: true, findings: [] } }));
    rename(store, "new");
    release({ status: 200, body: { valid: false, findings: [FINDING] } });
    await vi.waitFor(() => {
      expect(store.getState().findingsState).toBe("current");
    });
    expect(store.getState().findings).toEqual([]);
  });

  test("tells an unreadable document from a server that is not there", async () => {
    const store = opened();
    server.answer(() => ({ status: 400, body: { title: "Unreadable", findings: [FINDING] } }));
    store.getState().runCheck();
    await vi.waitFor(() => {
      expect(store.getState()).toMatchObject({ findingsState: "unreadable", findings: [FINDING] });
    });
    await server.close();
    store.getState().runCheck();
    await vi.waitFor(() => {
      expect(store.getState().findingsState).toBe("offline");
    });
    server = await startServer();
  });
});

describe("saving", () => {
  test("stores document, places and message, and knows the new version", async () => {
    const store = opened();
    rename(store, "pay");
    expect(await store.getState().save("Renamed")).toBe(true);
    const sent = server.asked.find(({ method }) => method === "PUT");
    expect(sent).toMatchObject({ body: { ...store.getState().history.present, message: "Renamed" } });
    expect(store.getState()).toMatchObject({ saved: { version: 4, etag: '"v4"' }, saving: false });
    expect(store.getState().dirty()).toBe(false);
  });

  test("a new rule is created once and updated from then on", async () => {
    const store = opened({ rule: null });
    expect(await store.getState().save()).toBe(true);
    rename(store, "pay");
    expect(await store.getState().save()).toBe(true);
    const saves = server.asked.filter(({ path }) => path.startsWith("/api/rules/"));
    expect(saves.map(({ method, path }) => `${method} ${path}`)).toEqual(["POST /api/rules/", "PUT /api/rules/7/"]);
  });

  test("an edit made while saving stays unsaved", async () => {
    const store = opened();
    rename(store, "pay");
    const saving = store.getState().save();
    rename(store, "payments");
    await saving;
    expect(store.getState().saved?.document.name).toBe("pay");
    expect(store.getState().dirty()).toBe(true);
  });

  test("a name that is taken is said, and nothing is lost", async () => {
    const store = opened();
    server.answer(() => ({ status: 409, body: { title: "Name taken", detail: "A rule is called pay already." } }));
    rename(store, "pay");
    expect(await store.getState().save()).toBe(false);
    expect(store.getState().notice).toEqual({ kind: "error", text: "A rule is called pay already." });
    expect(store.getState().history.present.document.name).toBe("pay");
  });

  test("a server that is not there is said, and saving works again later", async () => {
    const store = opened();
    await server.close();
    expect(await store.getState().save()).toBe(false);
    expect(store.getState()).toMatchObject({ saving: false, notice: { text: "Not saved: the server cannot be reached. Your draft stays here; save again when it answers." } });
    server = await startServer();
    server.answer(answer);
    expect(await store.getState().save()).toBe(true);
  });

  describe("over somebody else's version", () => {
    async function conflicting(): Promise<EditorStore> {
      const store = opened();
      rename(store, "mine");
      stored = ruleBody(4, { author: "bob", document: { ...publishedSample(), name: "theirs" } });
      expect(await store.getState().save()).toBe(false);
      expect(store.getState().conflict).toMatchObject({ version: 4, author: "bob" });
      return store;
    }

    test("keeping mine saves on top of it", async () => {
      const store = await conflicting();
      store.getState().keepMine();
      expect(await store.getState().save()).toBe(true);
      expect(stored).toMatchObject({ version: 5, document: { name: "mine" } });
    });

    test("a draft put together of both is one step, on top of theirs", async () => {
      const store = await conflicting();
      const { layout } = store.getState().history.present;
      store.getState().takeMerged({ document: { ...publishedSample(), name: "both" }, layout });
      expect(store.getState()).toMatchObject({ conflict: null, saved: { version: 4, etag: '"v4"' } });
      expect(store.getState().dirty()).toBe(true);
      store.getState().undo();
      expect(store.getState().history.present.document.name).toBe("mine");
      store.getState().redo();
      expect(await store.getState().save()).toBe(true);
      expect(stored).toMatchObject({ version: 5, document: { name: "both" } });
    });

    test("taking theirs is one step, and undo brings mine back", async () => {
      const store = await conflicting();
      store.getState().takeTheirs();
      expect(store.getState().history.present.document.name).toBe("theirs");
      expect(store.getState().dirty()).toBe(false);
      store.getState().undo();
      expect(store.getState().history.present.document.name).toBe("mine");
    });
  });
});

describe("submitting", () => {
  function keys(): unknown[] {
    return server.asked
      .filter(({ path }) => path.endsWith("/submit/"))
      .map(({ headers }) => headers["idempotency-key"]);
  }

  test("sends the saved version and shows what became of it", async () => {
    const store = opened();
    server.answer(() => ({ status: 200, body: { id: 1, state: "succeeded", version: 3 } }));
    expect(await store.getState().submit(5)).toMatchObject({ state: "succeeded" });
    expect(server.asked[0]).toMatchObject({ path: "/api/rules/7/submit/", body: { connection: 5, version: 3 } });
    expect(store.getState()).toMatchObject({ submitting: false, submission: { state: "succeeded" } });
  });

  test("refuses what is not saved", async () => {
    const store = opened();
    rename(store, "pay");
    expect(await store.getState().submit(5)).toBeNull();
    expect(keys()).toEqual([]);
    expect(store.getState().notice?.text).toMatch(/^Save first/);
  });

  test("shows the errors that stop it", async () => {
    const store = opened();
    server.answer(() => ({ status: 422, body: { title: "It has errors", findings: [FINDING] } }));
    expect(await store.getState().submit(5)).toBeNull();
    expect(store.getState()).toMatchObject({ findings: [FINDING], notice: { text: "It has errors" } });
  });

  test("repeats the key when no answer came, and takes a new one after an answer", async () => {
    const store = opened();
    server.answer(({ path }) =>
      path.endsWith("/submit/") ? new Promise<Reply>(() => undefined) : answer(server.asked[0] as Asked),
    );
    const lost = store.getState().submit(5);
    await vi.waitFor(() => {
      expect(keys()).toHaveLength(1);
    });
    const [first] = keys();
    await server.close();
    expect(await lost).toBeNull();
    server = await startServer();
    server.answer(() => ({ status: 200, body: { id: 1, state: "succeeded" } }));
    await store.getState().submit(5);
    await store.getState().submit(5);
    expect(keys()[0]).toBe(first);
    expect(keys()[1]).not.toBe(first);
  });
});
