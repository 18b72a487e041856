import type { Resource, TaskKind, TaskSource } from "../api/alarms";
import { t } from "../i18n";
import { namesSecret } from "../model/responses";
import type { FilledResponse } from "../model/way";
import { NO_TARGETS, withMachines, type Extra, type Form, type Machine, type Parameter } from "./form";
import { addressOf } from "./spots";

/** What stands in a prepared response once an alarm filled it. */
export type FilledForm = NonNullable<FilledResponse["form"]>;

/** How machines are named: each of `values` by its id, its name or its address. */
export type Sought = { by: "resource_id" | "resource_name" | "ip"; values: string[] };

/** The machines that were found and can run, and a sentence for each name that stands for none. */
export type Found = { machines: Machine[]; sentences: string[] };

/** Of what a job is told these are its steps and its variables; COC takes all others beside them. */
const OF_A_JOB: ReadonlySet<string> = new Set(["execute_atomic_tasks", "vars"]);

function parameterOf([name, value]: [string, string], at: number): Parameter {
  return { name, value, description: "", order: at + 1, sensitive: namesSecret(name), known: false };
}

function extraOf([name, value]: [string, string]): Extra {
  return { name, value, sensitive: namesSecret(name) };
}

type Given = Pick<Form, "parameters" | "extra" | "tasks" | "vars">;

function givenIn({ task, parameters }: FilledForm, empty: Form): Given {
  const pairs = Object.entries(parameters);
  if (task.type !== "RUNBOOK") return { parameters: pairs.map(parameterOf), extra: [], tasks: empty.tasks, vars: empty.vars };
  const others = pairs.filter(([name]) => !OF_A_JOB.has(name));
  return { parameters: [], extra: others.map(extraOf), tasks: parameters.execute_atomic_tasks ?? empty.tasks, vars: parameters.vars ?? empty.vars };
}

/** The form that a filled response stands for, with these machines; of what it leaves open `empty` has the values. */
export function formFrom(filled: FilledForm, machines: readonly Machine[], empty: Form): Form {
  const { task, targets, run_as, timeout, success_rate, region } = filled;
  const chosen = targets.by === "none" ? { ...NO_TARGETS, selection: "NONE" as const } : withMachines(NO_TARGETS, machines);
  return {
    ...empty,
    ...givenIn(filled, empty),
    // The server keeps no other kinds and sources.
    kind: task.type as TaskKind,
    source: task.source as TaskSource,
    id: task.id,
    name: task.name,
    user: run_as ?? empty.user,
    timeout: timeout === undefined ? empty.timeout : String(timeout),
    rate: success_rate === undefined ? empty.rate : String(success_rate),
    region: region ?? empty.region,
    steps: [{ name: "", targets: chosen, within: [] }],
  };
}

/** Which machines a filled response names; null where it needs none. */
export function soughtIn({ targets }: FilledForm): Sought | null {
  if (targets.by === "none") return null;
  if (targets.by === "list") return { by: "resource_id", values: [...new Set(targets.resource_ids)] };
  return { by: targets.attribute as Sought["by"], values: [(targets.value ?? "").trim()] };
}

function isNamed(resource: Resource, by: Sought["by"], value: string): boolean {
  if (by === "ip") return addressOf(resource) === value;
  return (by === "resource_id" ? resource.resource_id : resource.name) === value;
}

function stateWords({ name, agent_state }: Resource): string {
  if (agent_state === "") return t("{name} is not chosen: it has no agent.", { name });
  return t("{name} is not chosen: its agent is {state}.", { name, state: agent_state });
}

/** What keeps a name from standing for one machine; null where it does. Of several with one name nobody knows which is meant. */
function doubt(value: string, found: readonly Resource[]): string | null {
  const [first] = found;
  if (first === undefined) return t("No machine was found for {value}: choose one by hand.", { value });
  if (found.length > 1) return t("{count} machines are called {value}: choose by hand.", { count: found.length, value });
  return first.can_run ? null : stateWords(first);
}

/** Of what was listed, the machines that are sought. */
export function pick({ by, values }: Sought, listed: readonly Resource[]): Found {
  const results = values.map((value) => ({ value, found: listed.filter((resource) => isNamed(resource, by, value)) }));
  const machines = results.flatMap(({ value, found }) => (doubt(value, found) === null ? found : []));
  return { machines, sentences: results.flatMap(({ value, found }) => doubt(value, found) ?? []) };
}

/** What is left for a person to fill in: a sentence, or none. */
export function emptyWords({ parameters }: FilledForm): string[] {
  const names = Object.entries(parameters).flatMap(([name, value]) => (value === "" ? [name] : []));
  return names.length === 0 ? [] : [t("Left empty, so fill in what is needed: {names}.", { names: names.join(t(", ")) })];
}
