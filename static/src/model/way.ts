import { edgesOf, exitOf, kindOf, nodeById } from "./graph";
import type { Exit, FlowEdge, PreparedResponse, RuleDocument, Targets } from "./types";

/** How one condition came out; `actual` is null where the alarm has nothing, `result` where nobody can tell. */
export type ConditionResult = {
  id: string;
  key: string;
  operate: string;
  value: string[];
  actual: string | null;
  result: boolean | null;
};

/** One card on an alarm's way; `result` is null where nothing was, or could be, decided. */
export type Step = { node: string; result: boolean | null; conditions: ConditionResult[] };

/** The server's answer to where an alarm goes: see POST /api/simulate/. */
export type Walk = {
  leaf: string | null;
  path: string[];
  steps: Step[];
  /** null where it cannot be said. */
  notify: string[] | null;
  group_key: Record<string, string> | null;
  complete: boolean;
  estimate: boolean;
  assumptions: string[];
  /** What is prepared for it where it goes, with its values in it; absent where nothing was asked. */
  responses?: FilledResponse[];
};

/** `form` is the response with the alarm's values in it; null where `missing` says what the alarm lacks. */
export type FilledResponse = {
  id: string;
  title: string;
  form: (PreparedResponse & { targets: Targets & { value?: string } }) | null;
  missing: { pointer: string; attribute: string; detail: string }[];
};

/**
 * Where and why an alarm's way broke off: the exit leads nowhere ("open"), to a card that is gone ("missing") or back
 * ("circle"), a condition cannot be read ("undecided"), or there is no Start. `node` is "" without Start.
 */
export type Break = { node: string; exit: Exit; why: "open" | "missing" | "circle" | "undecided" | "no-start" };

/** An alarm's way as the canvas shows it. */
export type Way = {
  steps: ReadonlyMap<string, Step>;
  /** Condition and merge cards in the order the alarm met them, from 1. */
  numbers: ReadonlyMap<string, number>;
  edges: ReadonlySet<string>;
  leaf: string | null;
  broken: Break | null;
};

function exitTaken(doc: RuleDocument, { node, result }: Step): Exit | null {
  const card = nodeById(doc, node);
  if (!card || kindOf(card) !== "condition") return "plain";
  return result === null ? null : result ? "true" : "false";
}

function edgesOut(doc: RuleDocument, step: Step): FlowEdge[] {
  const exit = exitTaken(doc, step);
  return edgesOf(doc).filter((edge) => edge.source === step.node && exitOf(edge) === exit);
}

function edgeTaken(doc: RuleDocument, step: Step, next: Step | undefined): string[] {
  const edge = next && edgesOut(doc, step).find(({ target }) => target === next.node);
  return edge ? [edge.id] : [];
}

/** Where the way of `walk` through `doc` broke off; null when it came to its end. */
export function breakOf(doc: RuleDocument, walk: Walk): Break | null {
  if (walk.complete) return null;
  const last = walk.steps.at(-1);
  if (!last) return { node: "", exit: "plain", why: "no-start" };
  const exit = exitTaken(doc, last);
  if (exit === null) return { node: last.node, exit: "plain", why: "undecided" };
  const edge = edgesOut(doc, last)[0];
  const why = edge === undefined ? "open" : nodeById(doc, edge.target) ? "circle" : "missing";
  return { node: last.node, exit, why };
}

/** The cards that are counted: those that decide or group. */
function counts(doc: RuleDocument, { node }: Step): boolean {
  const card = nodeById(doc, node);
  return !card || ["condition", "combine"].includes(kindOf(card));
}

/** The steps that decide or group, in order; Start and End say nothing. */
export function tellingSteps(doc: RuleDocument, { steps }: Walk): Step[] {
  return steps.filter((step) => counts(doc, step));
}

/** What the canvas shows of an alarm's way through the document it was asked for. */
export function wayOf(doc: RuleDocument, walk: Walk): Way {
  const { steps, leaf } = walk;
  return {
    steps: new Map(steps.map((step) => [step.node, step])),
    numbers: new Map(tellingSteps(doc, walk).map(({ node }, index) => [node, index + 1])),
    edges: new Set(steps.flatMap((step, index) => edgeTaken(doc, step, steps[index + 1]))),
    leaf,
    broken: breakOf(doc, walk),
  };
}
