import { once } from "./once";
import type { Exit, FlowEdge, FlowNode, Json, JsonObject, NodeKind, RuleDocument } from "./types";

const EXITS: Record<NodeKind, readonly Exit[]> = {
  start: ["plain"],
  condition: ["true", "false"],
  combine: ["plain"],
  end: [],
  unknown: [],
};

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isNode(value: Json): value is FlowNode {
  return isObject(value) && typeof value.id === "string" && typeof value.type === "string";
}

export function isEdge(value: Json): value is FlowEdge {
  return isObject(value) && [value.id, value.source, value.target].every((member) => typeof member === "string");
}

/** What a node is, from its type and business type. */
export function kindOf(node: FlowNode): NodeKind {
  if (node.type === "Start") return "start";
  if (node.type === "End") return "end";
  if (node.type !== "Card") return "unknown";
  if (node.businessType === "GroupCondition") return "condition";
  return node.businessType === "CombineConf" ? "combine" : "unknown";
}

/** The exits a kind of card has, true before false. */
export function exitsOf(kind: NodeKind): Exit[] {
  return [...EXITS[kind]];
}

/** Whether the document is a flow rule; a legacy rule has `detail` instead, beside which an empty flow is none. */
export function hasFlow(doc: RuleDocument): boolean {
  if (!isObject(doc.match_v3) || !Array.isArray(doc.match_v3.nodes)) return false;
  return !saysSomething(doc.detail) || Object.values(doc.match_v3).some(saysSomething);
}

/** Whether a member is more than null, zero or something empty, which the service may answer for what a rule lacks. */
function saysSomething(value: Json | undefined): boolean {
  return Boolean(value) && (typeof value !== "object" || Object.keys(value ?? {}).length > 0);
}

/** The items of `match_v3.nodes` or `match_v3.edges` as they stand, unreadable ones included. */
export function rawItems(doc: RuleDocument, member: "nodes" | "edges"): Json[] {
  const items = isObject(doc.match_v3) ? doc.match_v3[member] : undefined;
  return Array.isArray(items) ? items : [];
}

/** The readable nodes in document order: those with an id and a type. */
export function nodesOf(doc: RuleDocument): FlowNode[] {
  return rawItems(doc, "nodes").filter(isNode);
}

/** The readable edges in document order: those with an id, a source and a target. */
export function edgesOf(doc: RuleDocument): FlowEdge[] {
  return rawItems(doc, "edges").filter(isEdge);
}

/** The first item of each key. */
function firstBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(items.toReversed().map((item) => [keyOf(item), item]));
}

/** Every card and edge on the canvas looks up others whenever anything changes; documents are never mutated. */
const nodesById = once((doc: RuleDocument) => firstBy(nodesOf(doc), ({ id }) => id));
const edgesById = once((doc: RuleDocument) => firstBy(edgesOf(doc), ({ id }) => id));
const edgesByExit = once((doc: RuleDocument) => firstBy(edgesOf(doc), (edge) => exitKey(edge.source, exitOf(edge))));

function exitKey(id: string, exit: Exit): string {
  return `${exit} ${id}`;
}

export function nodeById(doc: RuleDocument, id: string): FlowNode | undefined {
  return nodesById(doc).get(id);
}

export function edgeById(doc: RuleDocument, id: string): FlowEdge | undefined {
  return edgesById(doc).get(id);
}

/** The exit an edge leaves from: its value, "plain" without one. */
export function exitOf(edge: FlowEdge): Exit {
  return edge.value === "true" || edge.value === "false" ? edge.value : "plain";
}

export function edgeFrom(doc: RuleDocument, id: string, exit: Exit): FlowEdge | undefined {
  return edgesByExit(doc).get(exitKey(id, exit));
}

/** The exits that lead nowhere yet and ask for a card; a merge card may stay the last one. */
export function openExits(doc: RuleDocument, node: FlowNode): Exit[] {
  const kind = kindOf(node);
  return kind === "combine" ? [] : exitsOf(kind).filter((exit) => !edgeFrom(doc, node.id, exit));
}

export function edgesInto(doc: RuleDocument, id: string): FlowEdge[] {
  return edgesOf(doc).filter((edge) => edge.target === id);
}

/** The edges on a card's own exits, true before false; an open exit has none. */
export function properEdges(doc: RuleDocument, node: FlowNode): FlowEdge[] {
  return exitsOf(kindOf(node)).flatMap((exit) => edgeFrom(doc, node.id, exit) ?? []);
}

/** The edges a card should not have: a second one from an exit, or one from an exit it does not own. */
export function strayEdges(doc: RuleDocument, node: FlowNode): FlowEdge[] {
  const proper = new Set(properEdges(doc, node).map((edge) => edge.id));
  return edgesOf(doc).filter((edge) => edge.source === node.id && !proper.has(edge.id));
}

/** The ids of all cards that lie on a way out of `id`, itself included. */
export function reachableFrom(doc: RuleDocument, id: string): Set<string> {
  const edges = edgesOf(doc);
  const reached = new Set([id]);
  // A set iterates over what is added to it on the way.
  for (const at of reached) {
    for (const edge of edges) if (edge.source === at) reached.add(edge.target);
  }
  return reached;
}
