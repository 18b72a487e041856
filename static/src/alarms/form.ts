import type { JsonObject, Resource, ScriptParameter, TaskKind, TaskSource } from "../api/alarms";

export type Selection = "MANUAL" | "ALL" | "NONE";
export type Strategy = "NONE" | "AUTO_BATCH" | "MANUAL_BATCH";
export type Mode = "SAME" | "DIFF" | "MIXED";
/** What comes after a batch: the next one, or a question. */
export type Rotation = "CONTINUE" | "PAUSE";

export type Machine = Pick<Resource, "resource_id" | "name" | "region" | "agent_state" | "target_instance" | "cmdb_instance">;
export type Batch = { machines: Machine[]; rotation: Rotation };
export type Targets = {
  selection: Selection;
  strategy: Strategy;
  /** Never empty; all machines stand in the first one unless batches are made by hand. */
  batches: Batch[];
  /** Of automatic batches, as typed. */
  perBatch: string;
  /** Between automatic batches. */
  rotation: Rotation;
};
/** A step of a job with its targets, and those of the steps within it. Anything but a job has one. */
export type Step = { name: string; targets: Targets; within: { name: string; targets: Targets }[] };
export type Parameter = { name: string; value: string; description: string; order: number; sensitive: boolean; known: boolean };
export type Extra = { name: string; value: string; sensitive: boolean };
export type Task = { source: TaskSource; id: string; name: string };
/** What a plan runs; without an id that is not told. */
export type SubTask = Task & { kind: "SCRIPT" | "RUNBOOK" };

/** What a person chose, as typed. */
export type Form = Task & {
  kind: TaskKind;
  sub: SubTask;
  parameters: Parameter[];
  user: string;
  timeout: string;
  rate: string;
  /** A job's steps with their inputs, and its variables: JSON as text. */
  tasks: string;
  vars: string;
  extra: Extra[];
  mode: Mode;
  steps: Step[];
  region: string;
  enterpriseProject: string;
};

/** Where the targets of a step stand: of the step itself, or of one within it. */
export type At = { step: number; within: number | null };

export const NO_TARGETS: Targets = { selection: "MANUAL", strategy: "NONE", batches: [{ machines: [], rotation: "CONTINUE" }], perBatch: "1", rotation: "CONTINUE" };

export const FORM: Form = {
  kind: "SCRIPT",
  source: "CUSTOMIZATION",
  id: "",
  name: "",
  sub: { kind: "SCRIPT", source: "CUSTOMIZATION", id: "", name: "" },
  parameters: [],
  user: "root",
  timeout: "300",
  rate: "100",
  tasks: "",
  vars: "[]",
  extra: [],
  mode: "SAME",
  steps: [{ name: "", targets: NO_TARGETS, within: [] }],
  region: "",
  enterpriseProject: "0",
};

/** Whether machines run a job's steps rather than a script. */
export function isJob({ kind, sub }: Form): boolean {
  return kind === "RUNBOOK" || (kind === "PLAN" && sub.id !== "" && sub.kind === "RUNBOOK");
}

/** A script's definitions as fields, in their order, with their defaults. */
export function parametersOf(defined: readonly ScriptParameter[]): Parameter[] {
  return defined
    .map(({ order, ...given }, index) => ({ ...given, order: order ?? index + 1, known: true }))
    .sort((one, other) => one.order - other.order);
}

/** A script's own parameters with the values that were given before; what else was given comes after them, as it is. */
export function defined(given: readonly Parameter[], own: readonly Parameter[]): Parameter[] {
  const values = new Map(given.map(({ name, value }) => [name, value]));
  const names = new Set(own.map(({ name }) => name));
  const last = Math.max(0, ...own.map(({ order }) => order));
  const others = given.filter(({ name, known }) => !known && !names.has(name)).map((each, at) => ({ ...each, order: last + at + 1 }));
  return [...own.map((each) => ({ ...each, value: values.get(each.name) ?? each.value })), ...others];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The list that a text is the JSON of; null for anything else. */
export function listIn(text: string): unknown[] | null {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function namesIn(tasks: unknown): string[] {
  return Array.isArray(tasks) ? tasks.map((task) => (isObject(task) && typeof task.task_name === "string" ? task.task_name : "")) : [];
}

/** The steps of a job, by what its tasks say; those of which nothing is known keep their targets. */
export function stepsFrom(tasks: string, known: readonly Step[]): Step[] {
  const listed = listIn(tasks);
  if (listed === null || listed.length === 0) return [...known];
  return namesIn(listed).map((name, index) => {
    const task = listed[index];
    const before = known[index];
    const within = namesIn(isObject(task) ? task.sub_tasks : []).map((inner, at) => ({ name: inner, targets: before?.within[at]?.targets ?? NO_TARGETS }));
    return { name, targets: before?.targets ?? NO_TARGETS, within };
  });
}

/** The names of the steps in a job's document, as far as its YAML is plain: the list below a `steps:` of its own line. */
export function stepNames(document: string): string[] {
  const lines = document.split(/\r?\n/);
  const begin = lines.findIndex((line) => /^steps:\s*$/.test(line));
  if (begin < 0) return [];
  const below = lines.slice(begin + 1);
  const end = below.findIndex((line) => /^[^\s#-]/.test(line));
  const block = end < 0 ? below : below.slice(0, end);
  const indent = block.map((line) => /^(\s*)- /.exec(line)?.[1]?.length).find((depth) => depth !== undefined);
  if (indent === undefined) return [];
  const items = block.join("\n").split(new RegExp(`^ {${indent}}- `, "m")).slice(1);
  return items.map((item) => /^\s*name:\s*["']?(.*?)["']?\s*$/m.exec(item)?.[1] ?? "");
}

/** The targets of one place in the form, the first step's where it is gone. */
export function targetsAt({ steps }: Form, { step, within }: At): Targets {
  const found = steps[step];
  const targets = within === null ? found?.targets : found?.within[within]?.targets;
  return targets ?? steps[0]?.targets ?? NO_TARGETS;
}

export function withTargets(form: Form, { step, within }: At, targets: Targets): Form {
  const steps = form.steps.map((each, at) => {
    if (at !== step) return each;
    if (within === null) return { ...each, targets };
    return { ...each, within: each.within.map((inner, place) => (place === within ? { ...inner, targets } : inner)) };
  });
  return { ...form, steps };
}

/** The steps that count: the first alone where all are the same. */
export function stepsUsed(form: Form): Step[] {
  return form.mode === "SAME" ? form.steps.slice(0, 1).map((step) => ({ ...step, within: [] })) : form.steps;
}

export function machinesOf({ batches }: Targets): Machine[] {
  return batches.flatMap(({ machines }) => machines);
}

/** The machines that the whole form names, each once. */
export function allMachines(form: Form): Machine[] {
  const places = stepsUsed(form).flatMap(({ targets, within }) => [targets, ...within.map((inner) => inner.targets)]);
  const chosen = places.filter(({ selection }) => selection === "MANUAL").flatMap(machinesOf);
  return [...new Map(chosen.map((machine) => [machine.resource_id, machine])).values()];
}

export function takesAll(form: Form): boolean {
  return stepsUsed(form).some(({ targets, within }) => [targets, ...within.map((inner) => inner.targets)].some(({ selection }) => selection === "ALL"));
}

function sizeOf(perBatch: string): number {
  return /^\d{1,4}$/.test(perBatch.trim()) ? Math.max(1, Number(perBatch)) : 1;
}

/** The batches that are sent. */
export function batchesOf(targets: Targets): Batch[] {
  const machines = machinesOf(targets);
  if (targets.strategy === "MANUAL_BATCH") return targets.batches.filter((batch) => batch.machines.length > 0);
  if (targets.strategy === "NONE") return [{ machines, rotation: "CONTINUE" }];
  const size = sizeOf(targets.perBatch);
  const count = Math.ceil(machines.length / size);
  return Array.from({ length: count }, (_, at) => ({ machines: machines.slice(at * size, (at + 1) * size), rotation: targets.rotation }));
}

/** Another strategy; what was made automatically is what is changed by hand. */
export function withStrategy(targets: Targets, strategy: Strategy): Targets {
  if (strategy === "MANUAL_BATCH" && targets.strategy === "AUTO_BATCH" && machinesOf(targets).length > 0) {
    return { ...targets, strategy, batches: batchesOf(targets) };
  }
  if (strategy === "MANUAL_BATCH") return { ...targets, strategy };
  return { ...targets, strategy, batches: [{ machines: machinesOf(targets), rotation: "CONTINUE" }] };
}

/** More machines, in the last batch; those that are there already stay where they are. */
export function withMachines(targets: Targets, added: readonly Machine[]): Targets {
  const known = new Set(machinesOf(targets).map(({ resource_id }) => resource_id));
  const fresh = added.filter(({ resource_id }) => !known.has(resource_id));
  const last = targets.batches.length - 1;
  const batches = targets.batches.map((batch, at) => (at === last ? { ...batch, machines: [...batch.machines, ...fresh] } : batch));
  return { ...targets, batches };
}

export function withoutMachine(targets: Targets, id: string): Targets {
  const batches = targets.batches.map((batch) => ({ ...batch, machines: batch.machines.filter((each) => each.resource_id !== id) }));
  return { ...targets, batches };
}

/** A machine put before the place `at` of a batch; a batch behind the last one is made. */
export function movedMachine(targets: Targets, id: string, batch: number, at: number): Targets {
  const machine = machinesOf(targets).find((each) => each.resource_id === id);
  if (!machine) return targets;
  const rest = withoutMachine(targets, id).batches;
  const batches = batch < rest.length ? rest : [...rest, { machines: [], rotation: "CONTINUE" as const }];
  return { ...targets, batches: batches.map((each, number) => (number === batch ? { ...each, machines: each.machines.toSpliced(at, 0, machine) } : each)) };
}

/** One place up (-1) or down (1), over the ends of batches too. */
export function steppedMachine(targets: Targets, id: string, delta: 1 | -1): Targets {
  const batch = targets.batches.findIndex(({ machines }) => machines.some((each) => each.resource_id === id));
  const at = targets.batches[batch]?.machines.findIndex((each) => each.resource_id === id) ?? -1;
  if (at < 0) return targets;
  const size = targets.batches[batch]?.machines.length ?? 0;
  if (at + delta >= 0 && at + delta < size) return movedMachine(targets, id, batch, at + delta);
  const next = targets.batches[batch + delta];
  return next ? movedMachine(targets, id, batch + delta, delta === 1 ? 0 : next.machines.length) : targets;
}

export function withoutBatch(targets: Targets, number: number): Targets {
  const gone = targets.batches[number]?.machines ?? [];
  const left = targets.batches.filter((_, at) => at !== number);
  if (left.length === 0) return targets;
  const heir = Math.max(0, number - 1);
  return { ...targets, batches: left.map((batch, at) => (at === heir ? { ...batch, machines: [...batch.machines, ...gone] } : batch)) };
}
