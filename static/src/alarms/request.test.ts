import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { JsonObject } from "../api/alarms";
import {
  batchesOf,
  FORM,
  machinesOf,
  movedMachine,
  NO_TARGETS,
  parametersOf,
  stepNames,
  steppedMachine,
  stepsFrom,
  withMachines,
  withoutBatch,
  withStrategy,
  type Form,
  type Machine,
  type Targets,
} from "./form";
import { alarmFault, bodyOf, faultsOf, fieldAt, sensitiveIn } from "./request";

const TEXTS = ["script_params", "execute_atomic_tasks", "vars"];

type Instance = { target_instances: string | null };
type Sample = JsonObject & { input_param: JsonObject; target_instances: Instance[] };

function sampleOf(kind: string): Sample {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../../../tests/documents/coc/request_${kind}.json`), "utf8")) as Sample;
}

/** A published request with the JSON that stands in texts read out, as the page hands it to the server. */
function readOut(kind: string): JsonObject {
  const sample = sampleOf(kind);
  const input = Object.entries(sample.input_param).map(([name, value]) => [name, TEXTS.includes(name) ? (JSON.parse(String(value)) as unknown) : value]);
  const steps = sample.target_instances.map((step) => ({ ...step, target_instances: step.target_instances === null ? null : (JSON.parse(step.target_instances) as unknown) }));
  return { ...sample, input_param: Object.fromEntries(input) as JsonObject, target_instances: steps };
}

/** The machine of a published request, as the server hands it out. */
function machineOf(kind: string): Machine {
  const held = JSON.parse(sampleOf(kind).target_instances[0]?.target_instances ?? "") as { batches: [{ targetInstances: [JsonObject]; cmdbInstances: [JsonObject] }] };
  const [{ targetInstances, cmdbInstances }] = held.batches;
  return { resource_id: "****", name: "platform04-l60076595", region: "cn-north-4", agent_state: "ONLINE", target_instance: targetInstances[0], cmdb_instance: cmdbInstances[0] };
}

function on(...machines: Machine[]): Form["steps"] {
  return [{ name: "", targets: withMachines(NO_TARGETS, machines), within: [] }];
}

const SCRIPT: Form = { ...FORM, id: "SC2025071006154101b779eb7", name: "testScript92DDf", steps: on(machineOf("script")) };

function machine(number: number): Machine {
  return { ...machineOf("script"), resource_id: `m${number}`, name: `machine ${number}` };
}

function spread(targets: Targets): string[][] {
  return batchesOf(targets).map(({ machines }) => machines.map(({ resource_id }) => resource_id));
}

describe("the three published requests come out of the form member for member", () => {
  test("the plan", () => {
    const plan: Form = {
      ...FORM,
      kind: "PLAN",
      id: "CTP20250705005804610013656",
      name: "test-v5",
      sub: { kind: "SCRIPT", source: "CUSTOMIZATION", id: "SC202507042240130195716f7", name: "yy-ccc" },
      parameters: parametersOf([{ name: "aaa", value: "1", description: "", order: 1, sensitive: false }]),
      steps: on(machineOf("plan")),
    };
    expect(faultsOf(plan)).toEqual([]);
    expect(bodyOf(plan, "****")).toEqual(readOut("plan"));
  });

  test("the script", () => {
    expect(faultsOf(SCRIPT)).toEqual([]);
    expect(bodyOf(SCRIPT, "****")).toEqual(readOut("script"));
  });

  test("the job, whose steps come from its tasks", () => {
    const tasks = String(sampleOf("runbook").input_param.execute_atomic_tasks);
    const none: Targets = { ...NO_TARGETS, selection: "NONE" };
    const steps = stepsFrom(tasks, FORM.steps).map((step) => ({ ...step, targets: none, within: step.within.map((inner) => ({ ...inner, targets: none })) }));
    const job: Form = { ...FORM, kind: "RUNBOOK", id: "RB2025070814434301497f304", name: "listinstance", tasks, mode: "DIFF", steps, region: "cn-north-4" };
    expect(steps.map(({ name, within }) => [name, within.map((inner) => inner.name)])).toEqual([["listinstance", ["listinstance"]]]);
    expect(faultsOf(job)).toEqual([]);
    expect(bodyOf(job, "****")).toEqual(readOut("runbook"));
  });
});

describe("machines and batches", () => {
  const five = withMachines({ ...NO_TARGETS, strategy: "AUTO_BATCH", perBatch: "2", rotation: "PAUSE" }, [1, 2, 3, 4, 5].map(machine));

  test("automatic batches hold so many at a time, the last one the rest", () => {
    expect(spread(five)).toEqual([["m1", "m2"], ["m3", "m4"], ["m5"]]);
    expect(batchesOf(five).map(({ rotation }) => rotation)).toEqual(["PAUSE", "PAUSE", "PAUSE"]);
  });

  test("by hand begins with what was automatic, and without batches all run at once", () => {
    const byHand = withStrategy(five, "MANUAL_BATCH");
    expect(spread(byHand)).toEqual(spread(five));
    expect(spread(withStrategy(byHand, "NONE"))).toEqual([["m1", "m2", "m3", "m4", "m5"]]);
  });

  test("a machine steps over the end of its batch, and never out of the list", () => {
    const byHand = withStrategy(five, "MANUAL_BATCH");
    expect(spread(steppedMachine(byHand, "m2", 1))).toEqual([["m1"], ["m2", "m3", "m4"], ["m5"]]);
    expect(spread(steppedMachine(byHand, "m3", -1))).toEqual([["m1", "m2", "m3"], ["m4"], ["m5"]]);
    expect(steppedMachine(byHand, "m1", -1)).toBe(byHand);
    expect(steppedMachine(byHand, "m5", 1)).toBe(byHand);
  });

  test("no machine is lost or doubled by moving it or by removing its batch", () => {
    const byHand = withStrategy(five, "MANUAL_BATCH");
    expect(spread(movedMachine(byHand, "m1", 3, 0))).toEqual([["m2"], ["m3", "m4"], ["m5"], ["m1"]]);
    expect(spread(withoutBatch(byHand, 1))).toEqual([["m1", "m2", "m3", "m4"], ["m5"]]);
    expect(machinesOf(withMachines(byHand, [machine(1), machine(6)])).map(({ resource_id }) => resource_id)).toEqual(["m1", "m2", "m3", "m4", "m5", "m6"]);
  });
});

describe("what is told at once", () => {
  test.each([
    [{ ...SCRIPT, id: "" }, "task"],
    [{ ...SCRIPT, timeout: "4" }, "timeout"],
    [{ ...SCRIPT, timeout: "5.5" }, "timeout"],
    [{ ...SCRIPT, timeout: "" }, "timeout"],
    [{ ...SCRIPT, rate: "101" }, "rate"],
    [{ ...SCRIPT, user: " " }, "user"],
    [{ ...SCRIPT, steps: FORM.steps }, "machines"],
    [{ ...SCRIPT, kind: "RUNBOOK", tasks: "{}" }, "tasks"],
    [{ ...SCRIPT, kind: "PLAN", name: "" }, "plan-name"],
    [{ ...SCRIPT, extra: [{ name: "", value: "x", sensitive: false }] }, "extra-name-0"],
  ] as [Form, string][])("fault %#: %o", (form, field) => {
    expect(faultsOf(form).map((fault) => fault.field)).toEqual([field]);
  });

  test.each(["ALM", "alm1", "ALM 1", `ALM${"1".repeat(24)}`, "ALM1\n"])("%j is no alarm id", (text) => {
    expect(alarmFault(text)).toContain("begins with ALM");
  });

  test("a place in a refused request leads to its field", () => {
    expect(["/input_param/timeout", "/alarm_id", "/target_instances/0", "/input_param/script_params"].map(fieldAt)).toEqual(["timeout", "alarm", "machines", "parameter-0"]);
  });
});

test("values of sensitive parameters are sent, and their names told", () => {
  const defined = parametersOf([{ name: "db_password", value: "", description: "", order: 1, sensitive: true }]);
  const form = { ...SCRIPT, parameters: defined.map((each) => ({ ...each, value: "s3cret" })) };
  expect(sensitiveIn(form)).toEqual(["db_password"]);
  expect(JSON.stringify(bodyOf(form, "p"))).toContain("s3cret");
});

test("the names of a job's steps are read from its document, and of odd documents none", () => {
  expect(stepNames("meta:\n  name: a\nsteps:\n  - name: first\n    task: x\n  - task: y\n    name: 'second one'\nend: 1\n")).toEqual(["first", "second one"]);
  for (const text of ["", "steps: []", "steps:\n", "{", "- name: x"]) expect(stepNames(text)).toEqual([]);
});
