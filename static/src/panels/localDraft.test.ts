import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { setRuleMember } from "../model/commands";
import { createEditorStore, type Bootstrap, type EditorStore } from "../store";
import { forgetDraft, keepDrafts, keptDraft, restoreDraft } from "./localDraft";

const document = { name: "pay", match_v3: { nodes: [{ id: "flow-aaaaaaaa", type: "Start" }], edges: [] } };
const bootstrap: Bootstrap = {
  rule: {
    id: 7,
    name: "pay",
    version: 3,
    etag: '"v3"',
    digest: "",
    document,
    layout: { nodes: { "flow-aaaaaaaa": { x: 0, y: 0 } } },
    responses: {},
    message: "",
    author: "ann",
    created: "2026-01-01T00:00:00Z",
    findings: [],
  },
  user: { username: "ann", role: "designer" },
  can: { edit: true, submit: true },
  language: "en",
  catalog: {},
};

let stop = (): void => undefined;

function open(): EditorStore {
  const store = createEditorStore(bootstrap);
  stop = keepDrafts(store);
  return store;
}

function rename(store: EditorStore, name: string): void {
  store.getState().apply("rename", (draft) => setRuleMember(draft, "name", name));
  vi.advanceTimersByTime(1000);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ valid: true, findings: [] })));
  localStorage.clear();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("work kept in this browser", () => {
  it("is offered when the rule is opened again", () => {
    rename(open(), "pay_core");
    const kept = keptDraft(createEditorStore(bootstrap));
    expect(kept?.draft.document.name).toBe("pay_core");
    expect(kept?.version).toBe(3);
  });

  it("is gone once the draft is again what the server holds", () => {
    const store = open();
    rename(store, "pay_core");
    store.getState().undo();
    vi.advanceTimersByTime(1000);
    expect(keptDraft(createEditorStore(bootstrap))).toBeNull();
    expect(localStorage.length).toBe(0);
  });

  it("belongs to one version of one rule", () => {
    rename(open(), "pay_core");
    const rule = bootstrap.rule && { ...bootstrap.rule, id: 8 };
    expect(keptDraft(createEditorStore({ ...bootstrap, rule }))).toBeNull();
  });

  it("is kept at once when the page is left", () => {
    open()
      .getState()
      .apply("rename", (draft) => setRuleMember(draft, "name", "pay_core"));
    expect(localStorage.length).toBe(0);
    window.dispatchEvent(new Event("pagehide"));
    expect(keptDraft(createEditorStore(bootstrap))?.draft.document.name).toBe("pay_core");
  });

  describe("begun from an earlier version", () => {
    const newer = bootstrap.rule && { ...bootstrap.rule, version: 5, etag: '"v5"' };

    it("is offered all the same", () => {
      rename(open(), "pay_core");
      expect(keptDraft(createEditorStore({ ...bootstrap, rule: newer }))?.version).toBe(3);
    });

    it("is saved against the version it began from", () => {
      rename(open(), "pay_core");
      const store = createEditorStore({ ...bootstrap, rule: newer });
      const kept = keptDraft(store);
      if (kept) restoreDraft(store, kept);
      expect(store.getState().history.present.document.name).toBe("pay_core");
      expect(store.getState().saved).toMatchObject({ version: 3, etag: '"v3"' });
      store.getState().undo();
      expect(store.getState().history.present.document.name).toBe("pay");
    });

    it("can be thrown away", () => {
      rename(open(), "pay_core");
      const store = createEditorStore({ ...bootstrap, rule: newer });
      forgetDraft(store, 3);
      expect(keptDraft(store)).toBeNull();
    });
  });

  it("stays while another version is taken in, until something is saved on top of it", async () => {
    const store = open();
    store.getState().apply("rename", (draft) => setRuleMember(draft, "name", "mine"));
    const theirs = { version: 4, author: "bob", created: "", document: { ...document, name: "theirs" }, layout: { nodes: {} }, responses: {} };
    store.setState({ conflict: theirs });
    store.getState().takeTheirs();
    vi.advanceTimersByTime(1000);
    expect(keptDraft(createEditorStore(bootstrap))).toMatchObject({ version: 3, draft: { document: { name: "mine" } } });
    rename(store, "both");
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ ...bootstrap.rule, version: 5, etag: '"v5"' })));
    expect(await store.getState().save()).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(localStorage.length).toBe(0);
  });

  it("can be thrown away", () => {
    const store = open();
    rename(store, "pay_core");
    forgetDraft(store);
    expect(keptDraft(createEditorStore(bootstrap))).toBeNull();
  });

  it("is not offered when it cannot be read", () => {
    rename(open(), "pay_core");
    const key = localStorage.key(0) ?? "";
    localStorage.setItem(key, '{"document":');
    expect(keptDraft(createEditorStore(bootstrap))).toBeNull();
  });
});
