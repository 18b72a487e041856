import { describe, expect, it } from "vitest";

import type { AlarmFacts } from "../api/alarms";
import { EMPTY, incidentBody, incidentFaults, incidentOf, lengthFault } from "./incident";

const ALARM: AlarmFacts = { id: "ALM1", name: "CPU high", importance: "urgent", status: "alarming", remarks: "seen", region: "cn-north-4", associate_event_id: "IM1" };
const PLACE = { id: "p", name: "place", coc_region: "sandbox", project_id: "0", enterprise_project_id: "all_granted_eps" };
const WHOLE = { ...EMPTY, title: "t", description: "d", level_id: "level_10", current_cloud_service_id: "a", mtm_type: "m" };

describe("an incident", () => {
  it("begins with what the alarm tells, but for what changes and how grave it is", () => {
    const incident = incidentOf(ALARM, PLACE);
    expect(incident.title).toBe("CPU high");
    expect(incident.description).toBe("ALM1; level: urgent; from: cn-north-4");
    expect([incident.level_id, incident.enterprise_project_id, incident.is_service_interrupt]).toEqual(["", "", false]);
  });

  it("has a title of whole characters where the alarm's name is too long", () => {
    const { title } = incidentOf({ ...ALARM, name: "😀".repeat(300) }, null);
    expect(Array.from(title)).toHaveLength(255);
    expect(title).toBe(`${"😀".repeat(254)}…`);
    expect(incidentOf({ id: "ALM1" }, null).title).toBe("ALM1");
  });

  it("lacks what a person must say, in the order of the form", () => {
    expect(incidentFaults(EMPTY).map(({ field }) => field)).toEqual(["title", "description", "level_id", "current_cloud_service_id", "mtm_type"]);
    expect(incidentFaults({ ...WHOLE, title: " ".repeat(9) }).map(({ field }) => field)).toEqual(["title"]);
    expect(incidentFaults({ ...WHOLE, assignee: "a".repeat(256) }).map(({ field }) => field)).toEqual(["assignee"]);
    expect(incidentFaults(WHOLE)).toEqual([]);
  });

  it("is sent without what is empty, and always says whether the service is interrupted", () => {
    expect(incidentBody({ ...WHOLE, title: " t ", assignee: "  " })).toEqual({ title: "t", description: "d", level_id: "level_10", current_cloud_service_id: "a", mtm_type: "m", is_service_interrupt: false });
    expect(incidentBody({ ...WHOLE, is_change_event: true, assignee: "ada" })).toMatchObject({ is_change_event: true, assignee: "ada" });
  });

  it("counts characters as the server does", () => {
    expect(lengthFault("😀".repeat(100), [0, 100])).toBeNull();
    expect(lengthFault("a".repeat(101), [0, 100])).toContain("101");
  });
});
