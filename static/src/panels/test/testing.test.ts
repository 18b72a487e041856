import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useUi } from "../../canvas/ui";
import { useWay } from "../../canvas/way";
import { setAttribute, type Alarm } from "../../model/alarm";
import { setRuleMember } from "../../model/commands";
import type { Walk } from "../../model/way";
import { createEditorStore, type EditorStore } from "../../store";
import { drawn, draftOf } from "../../testing/rules";
import { startServer, type Asked, type Reply, type TestServer } from "../../testing/server";
import { beginTesting, toForm, toJson, useTest, walkOf } from "./testing";

const document = drawn("s plain c1", "c1 true m1", "c1 false m2");
let server: TestServer;
let store: EditorStore;
let stop = (): void => undefined;

type Body = { rule: { name: string }; alarms: unknown; assume: object };

function walkTo(leaf: string): Walk {
  const steps = ["s", "c1", leaf].map((node) => ({ node, result: node === "c1" ? leaf === "m1" : null, conditions: [] }));
  return { leaf, path: [], steps, notify: ["oncall"], group_key: {}, complete: true, estimate: false, assumptions: [] };
}

/** Alarms of the severity Critical go to m1; all go to m2 once the rule is called "turned". */
function simulated({ body, path }: Asked): Reply {
  if (path !== "/api/simulate/") return { status: 200, body: { valid: true, findings: [] } };
  const { rule, alarms } = body as Body;
  const list = (Array.isArray(alarms) ? alarms : [alarms]) as Alarm[];
  const isCritical = ({ metadata }: Alarm): boolean => (metadata as { event_severity?: string }).event_severity === "Critical";
  const results = list.map((alarm) => walkTo(isCritical(alarm) && rule.name !== "turned" ? "m1" : "m2"));
  return { status: 200, body: { results, alarms: list } };
}

function asked(): Body[] {
  return server.asked.filter(({ path }) => path === "/api/simulate/").map(({ body }) => body as Body);
}

function leaf(): string | null | undefined {
  return walkOf(useTest.getState())?.leaf;
}

function rename(name: string): void {
  store.getState().apply("rename", (draft) => setRuleMember(draft, "name", name));
}

beforeEach(async () => {
  server = await startServer();
  server.answer(simulated);
  localStorage.clear();
  const can = { edit: true, submit: true };
  store = createEditorStore({ rule: null, user: { username: "ann", role: "designer" }, can, language: "en", catalog: {} });
  store.getState().apply("import", () => draftOf(document));
  stop = beginTesting(store, {});
});
afterEach(async () => {
  stop();
  store.getState().close();
  await server.close();
});

describe("the tested alarm", () => {
  it("is asked about when the panel opens, and lights its way", async () => {
    store.getState().setDrawer("test");
    await vi.waitFor(() => { expect(leaf()).toBe("m1"); });
    expect([...(useWay.getState().way?.edges ?? [])]).toEqual(["s.plain.c1", "c1.true.m1"]);
    expect(useUi.getState().spoken).toBe("Goes to Merge 1; tells oncall");
    store.getState().setDrawer(null);
    expect(useWay.getState().way).toBeNull();
  });

  it("is asked about again when the rule or the alarm changes, and not while the panel is closed", async () => {
    rename("early");
    store.getState().setDrawer("test");
    await vi.waitFor(() => { expect(leaf()).toBe("m1"); });
    rename("turned");
    await vi.waitFor(() => { expect(leaf()).toBe("m2"); });
    store.getState().setDrawer(null);
    rename("closed");
    useTest.setState(({ alarm }) => ({ alarm: setAttribute(alarm, "event_severity", "Info") }));
    store.getState().setDrawer("test");
    await vi.waitFor(() => { expect(useTest.getState().answer?.document.name).toBe("closed"); });
    expect(asked().map(({ rule }) => rule.name)).toEqual(["early", "turned", "closed"]);
  });

  it("keeps the newest answer when an older one comes late", async () => {
    let release = (): void => undefined;
    server.answer(async (request) => {
      const isFirst = asked().length === 1;
      if (isFirst) await new Promise<void>((resolve) => { release = resolve; });
      return simulated(request);
    });
    store.getState().setDrawer("test");
    await vi.waitFor(() => { expect(asked()).toHaveLength(1); });
    rename("turned");
    await vi.waitFor(() => { expect(leaf()).toBe("m2"); });
    release();
    await vi.waitFor(() => { expect(asked()).toHaveLength(2); });
    expect(leaf()).toBe("m2");
  });

  it("keeps the last answer while the server is away, and says so", async () => {
    store.getState().setDrawer("test");
    await vi.waitFor(() => { expect(leaf()).toBe("m1"); });
    await server.close();
    rename("away");
    await vi.waitFor(() => { expect(useTest.getState().asking.state).toBe("offline"); });
    expect(leaf()).toBe("m1");
    server = await startServer();
  });

  it("has no answer where the rule cannot be walked, and the server says why", async () => {
    server.answer(() => ({ status: 400, body: { title: "Nothing to walk", detail: "The rule has no flow." } }));
    store.getState().setDrawer("test");
    await vi.waitFor(() => { expect(useTest.getState().asking).toEqual({ state: "refused", reason: "The rule has no flow." }); });
    expect(useWay.getState().way).toBeNull();
  });
});

describe("an alarm as JSON", () => {
  const several = '[{"metadata": {"event_severity": "Info"}},\n {"metadata": {"event_severity": "Critical"}}]';

  it("becomes the form and the same text again", async () => {
    store.getState().setDrawer("test");
    useTest.setState({ mode: "json", text: several });
    await vi.waitFor(() => { expect(leaf()).toBe("m2"); });
    useTest.setState({ chosen: 1 });
    await toForm();
    expect(useTest.getState().alarm).toEqual({ metadata: { event_severity: "Critical" } });
    toJson();
    expect(useTest.getState()).toMatchObject({ mode: "json", text: several, chosen: 1 });
  });

  it("is written anew once the form changed it", async () => {
    useTest.setState({ mode: "json", text: several });
    await toForm();
    useTest.setState(({ alarm }) => ({ alarm: setAttribute(alarm, "team", "pay") }));
    toJson();
    expect(JSON.parse(useTest.getState().text)).toEqual({ metadata: { event_severity: "Info", team: "pay" } });
  });

  it("that is none names its line and asks nobody", async () => {
    store.getState().setDrawer("test");
    useTest.setState({ mode: "json", text: '{\n "metadata": }' });
    await vi.waitFor(() => { expect(useTest.getState().faults).toHaveLength(1); });
    expect(useTest.getState().faults[0]).toMatchObject({ line: 2, message: expect.stringContaining("column 14") as string });
    await toForm();
    expect(useTest.getState().mode).toBe("json");
    expect(asked()).toHaveLength(0);
  });

  it("that the server cannot read has its words at the line of the place", async () => {
    const found = { code: "alarm-type", pointer: "/alarms/annotations", message: "/alarms/annotations must be an object; it is 7.", hint: "" };
    server.answer(() => ({ status: 400, body: { title: "Unreadable", findings: [found] } }));
    store.getState().setDrawer("test");
    useTest.setState({ mode: "json", text: '{"metadata": {},\n "annotations": 7}' });
    await vi.waitFor(() => {
      expect(useTest.getState().faults).toEqual([{ place: "/annotations", line: 2, message: "must be an object; it is 7." }]);
    });
  });
});

describe("the saved cases", () => {
  const alarm = { metadata: { event_severity: "Critical" } };

  it("run on every edit while the panel is closed, and say what came instead", async () => {
    useTest.setState({ cases: [{ name: "night", alarm, expect: { leaf: "m1" } }] });
    await vi.waitFor(() => { expect(useTest.getState().outcomes.get("night")?.misses).toEqual([]); });
    rename("turned");
    await vi.waitFor(() => {
      expect(useTest.getState().outcomes.get("night")?.misses).toEqual([{ what: "leaf", expected: "m1", actual: "m2" }]);
    });
  });

  it("are kept by this browser for this rule, also when it is saved for the first time", () => {
    useTest.setState({ cases: [{ name: "night", alarm, expect: { leaf: "m1" } }] });
    expect(Object.keys(localStorage)).toEqual(["groupflow.cases.new"]);
    store.setState({ ruleId: 7 });
    expect(Object.keys(localStorage)).toEqual(["groupflow.cases.7"]);
    stop();
    stop = beginTesting(store, {});
    expect(useTest.getState().cases.map(({ name }) => name)).toEqual(["night"]);
  });

  it("are asked for in halves where they are too much for one answer", async () => {
    server.answer((request) => {
      const { alarms } = request.body as Partial<Body>;
      return Array.isArray(alarms) && alarms.length > 2 ? { status: 413, body: { title: "Too much at once" } } : simulated(request);
    });
    const cases = ["a", "b", "c", "d", "e"].map((name) => ({ name, alarm, expect: { leaf: "m1" } }));
    useTest.setState({ cases });
    await vi.waitFor(() => { expect([...useTest.getState().outcomes.keys()]).toEqual(["a", "b", "c", "d", "e"]); });
  });
});
