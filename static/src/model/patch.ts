import { deepEqual } from "./equal";
import { isObject } from "./graph";
import type { Json, JsonObject, Operation } from "./types";

/**
 * JSON Patch (RFC 6902), as far as fixes use it. The server applies the same patches; both are held to
 * `tests/documents/patches.json`.
 */

/** A place that is not there, or holds something else than the patch takes for granted. */
class Unfitting extends Error {}

const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;
const INDEX = /^(?:0|[1-9][0-9]*)$/;

function stepsOf(pointer: string): string[] {
  if (!POINTER.test(pointer)) throw new Unfitting();
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function indexOf(step: string, last: number): number {
  if (!INDEX.test(step) || Number(step) > last) throw new Unfitting();
  return Number(step);
}

function childOf(value: Json, step: string): Json {
  const child = Array.isArray(value)
    ? value[indexOf(step, value.length - 1)]
    : isObject(value) && Object.hasOwn(value, step)
      ? value[step]
      : undefined;
  if (child === undefined) throw new Unfitting();
  return child;
}

/** Answers a changed copy of a list or object. */
type Edit = { list: (items: Json[], step: string) => Json[]; object: (members: JsonObject, step: string) => JsonObject };

function edited(value: Json, [step, ...deeper]: string[], edit: Edit): Json {
  if (step === undefined) throw new Unfitting();
  const put = (child: Json): Edit => ({
    list: (items) => items.with(Number(step), child),
    object: (members) => ({ ...members, [step]: child }),
  });
  const act = deeper.length === 0 ? edit : put(edited(childOf(value, step), deeper, edit));
  if (Array.isArray(value)) return act.list(value, step);
  if (isObject(value)) return act.object(value, step);
  throw new Unfitting();
}

function adding(value: Json): Edit {
  return {
    list: (items, step) => items.toSpliced(step === "-" ? items.length : indexOf(step, items.length), 0, value),
    object: (members, step) => ({ ...members, [step]: value }),
  };
}

function replacing(value: Json): Edit {
  return {
    list: (items, step) => items.with(indexOf(step, items.length - 1), value),
    object: (members, step) => {
      childOf(members, step);
      return { ...members, [step]: value };
    },
  };
}

const REMOVING: Edit = {
  list: (items, step) => items.toSpliced(indexOf(step, items.length - 1), 1),
  object: (members, step) => {
    childOf(members, step);
    return Object.fromEntries(Object.entries(members).filter(([name]) => name !== step));
  },
};

function done(document: Json, operation: Operation): Json {
  const steps = stepsOf(operation.path);
  switch (operation.op) {
    case "test":
      if (!deepEqual(steps.reduce(childOf, document), operation.value)) throw new Unfitting();
      return document;
    case "remove":
      return edited(document, steps, REMOVING);
    case "add":
      return steps.length === 0 ? operation.value : edited(document, steps, adding(operation.value));
    case "replace":
      return steps.length === 0 ? operation.value : edited(document, steps, replacing(operation.value));
    default:
      throw new Unfitting();
  }
}

/** The document after every operation in turn; undefined, and nothing done, where one of them does not fit it. */
export function patched(document: Json, patch: readonly Operation[]): Json | undefined {
  try {
    return patch.reduce(done, document);
  } catch (error) {
    if (error instanceof Unfitting) return undefined;
    throw error;
  }
}
