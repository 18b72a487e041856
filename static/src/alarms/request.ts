import type { JsonObject } from "../api/alarms";
import { t } from "../i18n";
import {
  batchesOf,
  isJob,
  listIn,
  machinesOf,
  stepsUsed,
  type Form,
  type Parameter,
  type Step,
  type Targets,
} from "./form";

export const ALARM_ID = /^ALM[0-9A-Za-z]{1,23}$/;
const TASK_ID = /^[0-9A-Za-z_-]{3,100}$/;
const PARAMETER_NAME = /^[A-Za-z0-9_]{1,64}$/;

/** Something that keeps the form from being sent, and the field to mend it in. */
export type Fault = { field: string; text: string };

/** What COC calls each way of batching within the targets; only the first is in a published sample. */
const POLICIES = { NONE: "none", AUTO_BATCH: "auto", MANUAL_BATCH: "manual" } as const;

function named({ name, value, order }: Parameter): JsonObject {
  return { paramName: name, paramValue: value, paramOrder: order };
}

function chosen(targets: Targets): JsonObject {
  const batches = batchesOf(targets).map(({ machines, rotation }, at) => ({
    batchIndex: at + 1,
    rotationStrategy: rotation,
    targetInstances: machines.map((machine) => machine.target_instance),
    cmdbInstances: machines.map((machine) => machine.cmdb_instance),
  }));
  return { batches, policy: POLICIES[targets.strategy], all_rotation: "FIRST_PAUSE" };
}

function instance(targets: Targets, order: number): JsonObject {
  const isManual = targets.selection === "MANUAL";
  return {
    target_selection: targets.selection,
    target_instances: isManual ? chosen(targets) : null,
    order_no: order,
    batch_strategy: isManual ? targets.strategy : null,
  };
}

function stepInstance({ targets, within }: Step, order: number): JsonObject {
  const own = instance(targets, order);
  if (within.length === 0) return own;
  return { ...own, sub_target_instances: within.map((inner, at) => instance(inner.targets, at)) };
}

function inputOf(form: Form, projectId: string): JsonObject {
  const extra = Object.fromEntries(form.extra.map(({ name, value }) => [name, value]));
  const rate = Number(form.rate);
  if (isJob(form)) {
    const job = { job_uuid: form.kind === "PLAN" ? form.sub.id : form.id, execute_atomic_tasks: listIn(form.tasks) ?? [], vars: listIn(form.vars) ?? [] };
    return { success_rate: rate, project_id: projectId, ...job, ...extra };
  }
  const limits = { success_rate: rate, timeout: Number(form.timeout), execute_user: form.user };
  return { ...limits, project_id: projectId, script_params: form.parameters.map(named), ...extra };
}

function subTaskOf({ kind, sub }: Form): JsonObject | null {
  if (kind !== "PLAN" || sub.id === "") return null;
  return { sub_task_type: sub.kind, sub_associated_task_id: sub.id, sub_associated_task_name: sub.name, sub_associated_task_type: sub.source };
}

/** The body that COC gets, but that texts of JSON in it are values still: the server writes them out. */
export function bodyOf(form: Form, projectId: string): JsonObject {
  return {
    task_type: form.kind,
    associated_task_type: form.source,
    associated_task_id: form.id,
    ...(form.enterpriseProject === "" ? {} : { associated_task_enterprise_project_id: form.enterpriseProject }),
    associated_task_name: form.name,
    input_param: inputOf(form, projectId),
    target_instances: stepsUsed(form).map(stepInstance),
    runbook_instance_mode: form.mode,
    sub_task_info: subTaskOf(form),
    ...(form.region === "" ? {} : { region_id: form.region }),
  };
}

/** The names of parameters whose values are kept nowhere. */
export function sensitiveIn({ parameters, extra }: Form): string[] {
  return [...parameters, ...extra].filter(({ sensitive }) => sensitive).map(({ name }) => name);
}

/** Why a text cannot be the id of an alarm; null where it can. */
export function alarmFault(text: string): string | null {
  if (text === "") return t("Paste the id of the alarm from COC; it begins with ALM.");
  return ALARM_ID.test(text) ? null : t("An alarm id begins with ALM and has at most 26 letters and digits; copy it from COC.");
}

function numberFault(text: string, least: number, most: number, whole: boolean): string | null {
  const value = Number(text);
  const fits = text.trim() !== "" && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (fits) return null;
  return whole ? t("A whole number from {least} to {most}.", { least, most }) : t("A number from {least} to {most}.", { least, most });
}

function* taskFaults(form: Form): Generator<Fault> {
  if (form.kind !== "PLAN") {
    if (form.id === "") yield { field: "task", text: form.kind === "SCRIPT" ? t("Choose a script.") : t("Choose a job.") };
    return;
  }
  if (!TASK_ID.test(form.id)) yield { field: "plan-id", text: t("The id of the plan, as COC shows it: 3 to 100 letters, digits, hyphens and underscores.") };
  if (form.name.trim() === "") yield { field: "plan-name", text: t("The name of the plan, as COC shows it.") };
}

function* parameterFaults(form: Form): Generator<Fault> {
  const names = form.parameters.map(({ name }) => name);
  for (const [at, { name, value, known }] of form.parameters.entries()) {
    if (!known && !PARAMETER_NAME.test(name)) yield { field: `parameter-name-${at}`, text: t("1 to 64 letters, digits and underscores.") };
    else if (names.indexOf(name) !== at) yield { field: `parameter-name-${at}`, text: t("This name stands here already.") };
    if (value.length > 4096) yield { field: `parameter-${at}`, text: t("At most 4,096 characters.") };
  }
  if (form.user.trim() === "" || form.user.length > 32) yield { field: "user", text: t("1 to 32 characters.") };
  const timeout = numberFault(form.timeout, 5, 1800, true);
  if (timeout !== null) yield { field: "timeout", text: timeout };
}

function* inputFaults(form: Form): Generator<Fault> {
  if (!isJob(form)) yield* parameterFaults(form);
  const rate = numberFault(form.rate, 1, 100, false);
  if (rate !== null) yield { field: "rate", text: rate };
  if (isJob(form) && (listIn(form.tasks)?.length ?? 0) === 0) yield { field: "tasks", text: t("A JSON list of the job's steps, as COC's own page sends it.") };
  if (isJob(form) && listIn(form.vars) === null) yield { field: "vars", text: t("A JSON list; [] for none.") };
  for (const [at, { name }] of form.extra.entries()) {
    const isDouble = form.extra.findIndex((each) => each.name === name) !== at;
    if (name.trim() === "") yield { field: `extra-name-${at}`, text: t("Every member has a name.") };
    else if (isDouble) yield { field: `extra-name-${at}`, text: t("This name stands here already.") };
  }
}

function* targetFaults(form: Form): Generator<Fault> {
  for (const [at, { targets, within }] of stepsUsed(form).entries()) {
    const all = [targets, ...within.map((inner) => inner.targets)];
    if (all.some((each) => each.selection === "MANUAL" && machinesOf(each).length === 0)) {
      const text = form.mode === "SAME" ? t("Choose at least one machine, or none on purpose.") : t("Step {number} names no machine: choose some, or none on purpose.", { number: at + 1 });
      yield { field: "machines", text };
    }
    if (all.some(({ strategy, perBatch }) => strategy === "AUTO_BATCH" && numberFault(perBatch, 1, 1000, true) !== null)) {
      yield { field: "per-batch", text: t("A whole number from {least} to {most}.", { least: 1, most: 1000 }) };
    }
  }
}

/** What the browser can tell at once; the server judges the rest. */
export function faultsOf(form: Form): Fault[] {
  return [...taskFaults(form), ...inputFaults(form), ...targetFaults(form)];
}

/** The field that a place in a refused request stands for. */
export function fieldAt(pointer: string): string {
  const [, first = "", second = "", third = ""] = pointer.split("/");
  if (first === "alarm_id") return "alarm";
  if (first === "connection" || first === "reason") return first;
  if (first === "confirmed_machines") return "confirmed";
  if (first === "target_instances") return "machines";
  if (first === "region_id") return "region";
  if (first === "associated_task_enterprise_project_id") return "enterprise-project";
  if (first !== "input_param") return "task";
  const fields: Record<string, string> = { timeout: "timeout", success_rate: "rate", execute_user: "user", execute_atomic_tasks: "tasks", vars: "vars" };
  return second === "script_params" ? `parameter-${third === "" ? 0 : third}` : (fields[second] ?? "extra-name-0");
}
