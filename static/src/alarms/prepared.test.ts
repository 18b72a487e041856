import { describe, expect, test } from "vitest";

import type { Resource } from "../api/alarms";
import { defined, FORM, machinesOf, parametersOf } from "./form";
import { emptyWords, formFrom, pick, soughtIn, type FilledForm } from "./prepared";
import { bodyOf, faultsOf, sensitiveIn } from "./request";

const RESPONSE: FilledForm = {
  id: "restart1",
  title: "Restart",
  task: { type: "SCRIPT", source: "COMMUNAL", id: "SC20250711080000restart01", name: "restart_service" },
  parameters: { service: "nginx", db_password: "" },
  run_as: "ops",
  timeout: 60,
  success_rate: 80,
  region: "cn-north-4",
  targets: { by: "attribute", attribute: "ip", placeholder: "${ip}", value: " 10.0.0.1 " },
};

function resource(number: number, change: Partial<Resource> = {}): Resource {
  const target = { properties: { fixedIp: `10.0.0.${number}` } };
  return { resource_id: `m${number}`, name: `web-${number}`, region: "", agent: "a", agent_state: "ONLINE", can_run: true, target_instance: target, cmdb_instance: {}, ...change };
}

describe("the form that a filled response stands for", () => {
  test("has all that was prepared, and of the rest what stands in an empty one", () => {
    const form = formFrom(RESPONSE, [resource(1)], { ...FORM, enterpriseProject: "ep1" });
    expect(faultsOf(form)).toEqual([]);
    expect(form).toMatchObject({ kind: "SCRIPT", source: "COMMUNAL", id: RESPONSE.task.id, name: "restart_service", user: "ops", timeout: "60", rate: "80", region: "cn-north-4", enterpriseProject: "ep1" });
    expect(form.parameters.map(({ name, value }) => [name, value])).toEqual([["service", "nginx"], ["db_password", ""]]);
    expect(sensitiveIn(form)).toEqual(["db_password"]);
    expect(form.steps.map(({ targets }) => machinesOf(targets).map(({ resource_id }) => resource_id))).toEqual([["m1"]]);
  });

  test("keeps its own limits where none were prepared, and names no machine where none is needed", () => {
    const { id, title, task, parameters } = RESPONSE;
    const form = formFrom({ id, title, task, parameters, targets: { by: "none" } }, [], FORM);
    expect(form).toMatchObject({ user: FORM.user, timeout: FORM.timeout, rate: FORM.rate, region: "" });
    expect(form.steps[0]?.targets.selection).toBe("NONE");
    expect(faultsOf(form)).toEqual([]);
  });

  test("of a job has its steps and variables, and what else was prepared beside them", () => {
    const parameters = { execute_atomic_tasks: '[{"task_name":"a"}]', vars: '[{"k":1}]', note: "now", api_key: "" };
    const form = formFrom({ ...RESPONSE, task: { ...RESPONSE.task, type: "RUNBOOK" }, parameters }, [resource(1)], FORM);
    expect(form.extra).toEqual([{ name: "note", value: "now", sensitive: false }, { name: "api_key", value: "", sensitive: true }]);
    expect(bodyOf(form, "p").input_param).toMatchObject({ execute_atomic_tasks: [{ task_name: "a" }], vars: [{ k: 1 }], note: "now" });
  });

  test("keeps prepared values when the script's own parameters are known, in the script's order, and drops none", () => {
    const own = parametersOf([
      { name: "mode", value: "graceful", description: "", order: 2, sensitive: false },
      { name: "service", value: "httpd", description: "which", order: 1, sensitive: false },
    ]);
    const shown = defined(formFrom(RESPONSE, [], FORM).parameters, own).map(({ name, value, order, known }) => [name, value, order, known]);
    expect(shown).toEqual([["service", "nginx", 1, true], ["mode", "graceful", 2, true], ["db_password", "", 3, false]]);
  });
});

describe("the machines that a response names", () => {
  test("are sought by what it says, each once", () => {
    expect(soughtIn(RESPONSE)).toEqual({ by: "ip", values: ["10.0.0.1"] });
    expect(soughtIn({ ...RESPONSE, targets: { by: "list", resource_ids: ["a", "b", "a"] } })).toEqual({ by: "resource_id", values: ["a", "b"] });
    expect(soughtIn({ ...RESPONSE, targets: { by: "none" } })).toBeNull();
  });

  test.each([
    ["resource_id", "m2"],
    ["resource_name", "web-2"],
    ["ip", "10.0.0.2"],
  ] as const)("are found by %s, and never by a part of it", (by, value) => {
    const listed = [resource(1), resource(2), resource(22)];
    expect(pick({ by, values: [value] }, listed)).toEqual({ machines: [listed[1]], sentences: [] });
  });

  test("that cannot run, that are gone or that share a name are told and not chosen", () => {
    const listed = [resource(1), resource(2, { can_run: false, agent_state: "OFFLINE" }), resource(3, { can_run: false, agent_state: "" })];
    const found = pick({ by: "resource_id", values: ["m1", "m2", "m3", "m4"] }, listed);
    expect(found.machines).toEqual([listed[0]]);
    expect(found.sentences).toEqual([
      "web-2 is not chosen: its agent is OFFLINE.",
      "web-3 is not chosen: it has no agent.",
      "No machine was found for m4: choose one by hand.",
    ]);
    const twins = [resource(5), resource(6, { name: "web-5" })];
    expect(pick({ by: "resource_name", values: ["web-5"] }, twins)).toEqual({ machines: [], sentences: ["2 machines are called web-5: choose by hand."] });
  });
});

test("what is left empty is named", () => {
  expect(emptyWords(RESPONSE)).toEqual(["Left empty, so fill in what is needed: db_password."]);
  expect(emptyWords({ ...RESPONSE, parameters: { service: "nginx" } })).toEqual([]);
});
