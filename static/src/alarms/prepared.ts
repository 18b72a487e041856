import type { Resource, TaskKind, TaskSource } from "../api/alarms";
import { FORM, NO_TARGETS, withMachines, type Form, type Rotation, type Strategy } from "./form";

/** A response that somebody prepared: what to run, with which parameters, on which machines. */
export type Prepared = {
  task: { kind: TaskKind; source: TaskSource; id: string; name: string };
  parameters?: Record<string, string>;
  targets?: { machines: Resource[]; strategy?: Strategy; rotation?: Rotation };
};

/** The form that a prepared response stands for. Parameters that the script turns out to define take over its order and secrecy. */
export function formFrom({ task, parameters = {}, targets }: Prepared): Form {
  const given = Object.entries(parameters).map(([name, value], at) => ({ name, value, description: "", order: at + 1, sensitive: false, known: false }));
  const empty = { ...NO_TARGETS, strategy: targets?.strategy ?? "NONE", rotation: targets?.rotation ?? "CONTINUE" };
  return { ...FORM, ...task, parameters: given, steps: [{ name: "", targets: withMachines(empty, targets?.machines ?? []), within: [] }] };
}
