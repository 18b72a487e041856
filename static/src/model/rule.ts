import { rawItems, kindOf, nodeById } from "./graph";
import { order } from "./outline";
import { english, type Say } from "./say";
import type { Draft, Json, JsonObject, Leaf, NodeKind, RuleDocument } from "./types";

export * from "./graph";
export * from "./tree";

export type IdPrefix = "flow" | "edge" | "GroupCondition" | "CombineConf";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/** A new id, `prefix` and eight random characters, that is not in `taken`. */
export function newId(prefix: IdPrefix, taken: ReadonlySet<string>): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    // 64 letters: the low six bits choose evenly.
    const id = `${prefix}-${Array.from(bytes, (byte) => ALPHABET.charAt(byte & 63)).join("")}`;
    if (!taken.has(id)) return id;
  }
}

function collectIds(value: Json, into: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collectIds(item, into);
  } else if (typeof value === "object" && value !== null) {
    if (typeof value.id === "string") into.add(value.id);
    for (const member of Object.values(value)) collectIds(member, into);
  }
}

/** Every id a rule uses: cards, edges, groups, conditions, merge settings. */
export function takenIds(doc: RuleDocument): Set<string> {
  const taken = new Set<string>();
  collectIds(rawItems(doc, "nodes"), taken);
  collectIds(rawItems(doc, "edges"), taken);
  return taken;
}

/** A fresh id of the rule, which from now on counts as taken. */
export function takeId(prefix: IdPrefix, taken: Set<string>): string {
  const id = newId(prefix, taken);
  taken.add(id);
  return id;
}

/** The condition a new card or group starts with. */
export function newLeaf(taken: Set<string>): Leaf {
  return {
    id: takeId("GroupCondition", taken),
    type: "text",
    match: { key: "event_severity", operate: "EQUALS", value: ["Critical"] },
  };
}

function newValue(kind: "condition" | "combine", taken: Set<string>): JsonObject {
  if (kind === "condition") {
    return { id: takeId("GroupCondition", taken), type: "bool", value: "and", nodes: [newLeaf(taken)] };
  }
  return {
    id: takeId("CombineConf", taken),
    combineConfig: {
      group_by: ["resource_provider"],
      group_wait: 15,
      group_interval: 60,
      group_repeat_waiting: 3600,
      bind_notification_rule_ids: [],
    },
  };
}

/** A new card of that kind, as the document holds it. */
export function newNode(
  kind: "start" | "condition" | "combine" | "end",
  taken: Set<string>,
): JsonObject & { id: string } {
  const id = takeId("flow", taken);
  if (kind === "start") return { id, type: "Start" };
  if (kind === "end") return { id, type: "End" };
  const businessType = kind === "condition" ? "GroupCondition" : "CombineConf";
  return { id, type: "Card", businessType, value: newValue(kind, taken) };
}

/** A rule to begin with: Start leads to one condition, both its branches are open, End waits. */
export function newRule(): Draft {
  const taken = new Set<string>();
  const start = newNode("start", taken);
  const condition = newNode("condition", taken);
  const end = newNode("end", taken);
  const edge = { id: takeId("edge", taken), source: start.id, target: condition.id };
  return {
    document: { name: "", match_v3: { nodes: [start, condition, end], edges: [edge] } },
    layout: {
      nodes: { [start.id]: { x: 116, y: 0 }, [condition.id]: { x: 0, y: 56 }, [end.id]: { x: 116, y: 232 } },
    },
  };
}

const TITLES = {
  start: "Start",
  condition: "Condition {number}",
  combine: "Merge {number}",
  end: "End",
  unknown: "Card {number}",
} as const satisfies Record<NodeKind, string>;

/** What each card is called, by id: "Start", "End", "Condition 1", "Merge 2", numbered in outline order. */
export function cardTitles(doc: RuleDocument, say: Say = english): Map<string, string> {
  const counts = new Map<NodeKind, number>();
  const titles = new Map<string, string>();
  for (const id of order(doc)) {
    const node = nodeById(doc, id);
    if (!node) continue;
    const kind = kindOf(node);
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    titles.set(id, say(TITLES[kind], { number }));
  }
  return titles;
}
