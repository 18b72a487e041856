import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { documentText, drawn, publishedSample } from "../testing/rules";
import {
  alarmTitle,
  attributeOf,
  fieldsOf,
  keysOf,
  newAlarm,
  readersOf,
  sceneOf,
  setAttribute,
  setScene,
  severityChoices,
} from "./alarm";
import type { RuleDocument } from "./types";

const NOW = 1_700_000_000_000;

describe("the fields of an alarm", () => {
  it("begin with what the rule reads, each with the cards that read it", () => {
    const fields = fieldsOf(publishedSample(), newAlarm(), []);
    expect(fields.map(({ key }) => key).slice(0, 4)).toEqual(["event_severity", "resource_provider", "1", "event_name"]);
    expect(fields[2]?.readBy).toEqual(["flow-1JBeHxLU", "flow-lvZgW9Td"]);
  });

  it("go on with what only the alarm has, and with what was asked for", () => {
    const alarm = setAttribute(newAlarm(), "team", "pay");
    const keys = fieldsOf(drawn("s plain m"), alarm, ["zone"]).map(({ key }) => key);
    expect(keys).toEqual(["resource_provider", "event_severity", "team", "zone"]);
  });

  it("leave the scene to a field of its own, also where a card reads it", () => {
    const alarm = setAttribute(newAlarm(), "notification_scene", "notify_resolved");
    expect(keysOf(alarm)).toEqual(["event_severity"]);
    expect(fieldsOf(drawn("s plain m"), alarm, ["notification_scene"]).map(({ key }) => key)).not.toContain("notification_scene");
  });

  it("are read from the entries of a legacy rule too", () => {
    const legacy = JSON.parse(documentText("upstream/legacy_ai_off.json")) as RuleDocument;
    expect([...readersOf(legacy).values()].flat()).toContain("/detail/0");
  });
});

describe("an attribute", () => {
  const text = fc.string({ minLength: 1 });

  it("is what it was set to, and absent once it is emptied", () => {
    fc.assert(
      fc.property(text, text, (key, value) => {
        const set = setAttribute(newAlarm(), key, value);
        expect(attributeOf(set, key)).toBe(value);
        expect(Object.keys(setAttribute(set, key, "").metadata as object)).not.toContain(key);
      }),
    );
  });

  it("changes nothing else of the alarm", () => {
    const alarm = { metadata: { a: "1" }, annotations: { message: "m" }, timeout: 60000 };
    expect(setAttribute(alarm, "a", "2")).toEqual({ ...alarm, metadata: { a: "2" } });
    expect(setAttribute(alarm, "a", "1")).toBe(alarm);
  });

  it("that is no text reads as its JSON, null as absent", () => {
    const alarm = { metadata: { size: 7, on: true, gone: null } };
    expect(["size", "on", "gone"].map((key) => attributeOf(alarm, key))).toEqual(["7", "true", ""]);
  });
});

describe("the scene", () => {
  it.each([
    [{ metadata: {} }, "notify_triggered"],
    [{ metadata: {}, ends_at: 0 }, "notify_triggered"],
    [{ metadata: {}, ends_at: NOW }, "notify_resolved"],
    [{ metadata: { notification_scene: "notify_triggered" }, ends_at: NOW }, "notify_triggered"],
  ])("of %j is %s", (alarm, scene) => {
    expect(sceneOf(alarm)).toBe(scene);
  });

  it("is set where the alarm tells it: by its end, or by its own word", () => {
    expect(setScene({ metadata: {} }, "notify_resolved", NOW)).toEqual({ metadata: {}, ends_at: NOW });
    const worded = { metadata: { notification_scene: "notify_triggered" } };
    expect(setScene(worded, "notify_resolved", NOW)).toEqual({ metadata: { notification_scene: "notify_resolved" } });
  });

  it("keeps the end an alarm has", () => {
    const cleared = { metadata: {}, ends_at: 5 };
    expect(setScene(cleared, "notify_resolved", NOW)).toBe(cleared);
  });
});

describe("the severities", () => {
  it("are the closed list, and what the alarm has beyond it", () => {
    expect(severityChoices(newAlarm())).toEqual(["Critical", "Major", "Minor", "Info"]);
    expect(severityChoices({ metadata: { event_severity: "Warning" } })).toContain("Warning");
  });
});

describe("the title of an alarm", () => {
  it("is its name, severity and source, else its first values", () => {
    expect(alarmTitle({ metadata: { event_name: "down", resource_provider: "ecs" } })).toBe("down, ecs");
    expect(alarmTitle({ metadata: { alertname: "Slow", event_severity: "Major" } })).toBe("Slow, Major");
  });
});
