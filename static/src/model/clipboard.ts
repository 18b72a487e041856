import { arrangeTree } from "./arrange";
import { boxAround, boxesOf, pointOf, whole } from "./boxes";
import { mayConnect, type Reason } from "./connect";
import { withItems, withParts } from "./edit";
import { edgesOf, exitOf, hasFlow, isEdge, isNode, isObject, kindOf, nodesOf, rawItems } from "./graph";
import { isLooseEnd, yieldEnd } from "./place";
import { readResponses, underNames, withResponses } from "./responses";
import { takeId, takenIds, type IdPrefix } from "./rule";
import { mark, type Message, type Params } from "./say";
import { settle } from "./settle";
import type { Draft, FlowEdge, FlowNode, Json, JsonObject, Layout, Point, Responses, RuleDocument } from "./types";

/** Cards on their way from one place to another: the edges between them, where they stood, what is prepared on them. */
export type Piece = { nodes: FlowNode[]; edges: FlowEdge[]; layout: Layout; responses?: Responses };

/** Why a text of copied cards cannot be read: a message to be translated, and what stands in its places. */
export type Fault = { message: Message; params: Params };

/** A draft with cards pasted in. */
export type Pasted = {
  draft: Draft;
  /** The ids of the new cards, in the order of the piece. */
  ids: string[];
  /** Whether an End was left out since the rule has one; what led to it leads there now. */
  endKept: boolean;
  /** Whether a Start was left out: every rule has its own. */
  startKept: boolean;
  /** Why edges were left out, one message for each; empty unless the text was written by hand. */
  refused: (Reason | Message)[];
};

/** The member that marks a text as cards of this editor, and its version. */
const MARK = "groupflow";
const VERSION = 1;
/** No card nests this deep; a text that does would exhaust the stack. */
const DEEPEST = 100;
/** How far from its original a copy stands, right and down. */
export const COPY_OFFSET = 24;

function onlyOnce(node: FlowNode, index: number, all: readonly FlowNode[]): boolean {
  return all.findIndex(({ id }) => id === node.id) === index;
}

/** The cards with those ids and the edges between them. Start is never part of it. */
export function pieceOf({ document, layout, responses = {} }: Draft, ids: readonly string[]): Piece {
  const nodes = nodesOf(document)
    .filter((node) => ids.includes(node.id) && kindOf(node) !== "start")
    .filter(onlyOnce);
  const inside = new Set(nodes.map(({ id }) => id));
  const edges = edgesOf(document).filter(({ source, target }) => inside.has(source) && inside.has(target));
  const places = nodes.flatMap(({ id }): [string, Point][] => {
    const point = pointOf(layout, id);
    return point ? [[id, point]] : [];
  });
  const prepared = Object.entries(responses).filter(([id]) => inside.has(id));
  const piece = { nodes, edges, layout: { nodes: Object.fromEntries(places) } };
  return prepared.length === 0 ? piece : { ...piece, responses: Object.fromEntries(prepared) };
}

/** A piece as text: marked as ours, readable, and safe to keep in any editor. */
export function pieceText({ nodes, edges, layout, responses }: Piece): string {
  return JSON.stringify({ [MARK]: VERSION, nodes, edges, layout, responses }, null, 2);
}

function tooDeep(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => tooDeep(member, levels - 1));
}

function fault(message: Message, params: Params = {}): Fault {
  return { message, params };
}

function nodesIn(items: Json | undefined): FlowNode[] | Fault {
  if (!Array.isArray(items) || items.length === 0) return fault(mark("the text holds no card"));
  const odd = items.findIndex((item) => !isNode(item));
  if (odd >= 0) return fault(mark("“nodes” item {number} is no card: a card has an id and a type"), { number: odd + 1 });
  const nodes = items.filter(isNode);
  const twice = nodes.findIndex((node, index) => !onlyOnce(node, index, nodes));
  return twice < 0 ? nodes : fault(mark("“nodes” item {number} has the id of another card"), { number: twice + 1 });
}

function edgesIn(items: Json | undefined, nodes: readonly FlowNode[]): FlowEdge[] | Fault {
  if (items === undefined) return [];
  if (!Array.isArray(items)) return fault(mark("“edges” is no list"));
  const ids = new Set(nodes.map(({ id }) => id));
  const odd = items.findIndex((item) => !isEdge(item) || !ids.has(item.source) || !ids.has(item.target));
  if (odd < 0) return items.filter(isEdge);
  return fault(mark("“edges” item {number} does not lead from one of these cards to another"), { number: odd + 1 });
}

function layoutIn(value: Json | undefined): Layout {
  const places = isObject(value) && isObject(value.nodes) ? Object.entries(value.nodes) : [];
  const known = places.flatMap(([id, place]): [string, Point][] => {
    const { x, y } = isObject(place) ? place : {};
    return Number.isSafeInteger(x) && Number.isSafeInteger(y) ? [[id, { x: Number(x), y: Number(y) }]] : [];
  });
  return { nodes: Object.fromEntries(known) };
}

function readMarked(value: JsonObject): Piece | Fault {
  if (value[MARK] !== VERSION) return fault(mark("it was copied by another version of this editor"));
  if (tooDeep(value, DEEPEST)) return fault(mark("it is nested too deeply"));
  const nodes = nodesIn(value.nodes);
  if (!Array.isArray(nodes)) return nodes;
  const edges = edgesIn(value.edges, nodes);
  if (!Array.isArray(edges)) return edges;
  return { nodes, edges, layout: layoutIn(value.layout), responses: readResponses(value.responses) };
}

export function isFault(found: Piece | Fault): found is Fault {
  return "message" in found;
}

/** The cards a text holds, or why they cannot be read; null when it is no text of copied cards at all. */
export function readPiece(text: string): Piece | Fault | null {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) && Object.hasOwn(value, MARK) ? readMarked(value) : null;
  } catch {
    return null;
  }
}

/** A card's value with new ids for its groups and conditions, or its merge settings. All else stays. */
function renewedValue(value: Json, prefix: IdPrefix, taken: Set<string>): Json {
  if (!isObject(value)) return value;
  const renewed = typeof value.id === "string" ? { ...value, id: takeId(prefix, taken) } : value;
  if (!Array.isArray(renewed.nodes)) return renewed;
  return { ...renewed, nodes: renewed.nodes.map((child) => renewedValue(child, prefix, taken)) };
}

function renewed(node: FlowNode, taken: Set<string>): FlowNode {
  const id = takeId("flow", taken);
  if (node.value === undefined) return { ...node, id };
  const prefix = isObject(node.value) && "combineConfig" in node.value ? "CombineConf" : "GroupCondition";
  return { ...node, id, value: renewedValue(node.value, prefix, taken) };
}

type Copies = { nodes: FlowNode[]; origins: FlowNode[]; ids: Map<string, string>; endKept: boolean; startKept: boolean };

function copiesOf(nodes: readonly FlowNode[], document: RuleDocument, taken: Set<string>): Copies {
  const copies: Copies = { nodes: [], origins: [], ids: new Map(), endKept: false, startKept: false };
  let end = nodesOf(document).find((node) => kindOf(node) === "end")?.id;
  for (const node of nodes) {
    const kind = kindOf(node);
    if (kind === "start") copies.startKept = true;
    else if (kind === "end" && end !== undefined) {
      copies.endKept = true;
      copies.ids.set(node.id, end);
    } else {
      const copy = renewed(node, taken);
      if (kind === "end") end = copy.id;
      copies.nodes.push(copy);
      copies.origins.push(node);
      copies.ids.set(node.id, copy.id);
    }
  }
  return copies;
}

function withEdges(doc: RuleDocument, edges: readonly FlowEdge[], ids: ReadonlyMap<string, string>, taken: Set<string>) {
  let document = doc;
  const refused: Pasted["refused"] = [];
  for (const edge of edges) {
    const source = ids.get(edge.source);
    const target = ids.get(edge.target);
    if (source === undefined || target === undefined) continue;
    const verdict = mayConnect(document, { id: source, exit: exitOf(edge) }, target);
    if (!verdict.ok || verdict.replaces !== undefined) {
      refused.push(verdict.ok ? mark("The exit leads somewhere already.") : verdict.reason);
      continue;
    }
    const copy = { ...edge, id: takeId("edge", taken), source, target };
    document = withItems(document, "edges", [...rawItems(document, "edges"), copy]);
  }
  return { document, refused };
}

/** Where the originals stood; by the staircase rule when the text does not say it of all of them. */
function placesOf({ nodes, edges, layout }: Piece): Layout {
  const known = nodes.every(({ id }) => pointOf(layout, id));
  return known ? layout : arrangeTree({ match_v3: { nodes, edges } });
}

/**
 * The draft with the cards of a piece in it, their upper left corner at `at` or as near as they overlap nothing.
 * Cards, groups, conditions, merge settings and edges get new ids; everything else in them stays as it was.
 * Start is left out, and so is an End when the rule has one. The same draft when nothing is left to paste.
 */
export function paste(draft: Draft, piece: Piece, at: Point): Pasted {
  const taken = takenIds(draft.document);
  const { nodes, origins, ids, endKept, startKept } = copiesOf(piece.nodes, draft.document, taken);
  if (nodes.length === 0 || !hasFlow(draft.document)) return { draft, ids: [], endKept, startKept, refused: [] };
  const withNodes = withItems(draft.document, "nodes", [...rawItems(draft.document, "nodes"), ...nodes]);
  const { document, refused } = withEdges(withNodes, piece.edges, ids, taken);
  const boxes = boxesOf(origins, placesOf({ ...piece, nodes: origins }));
  const standing = boxesOf(
    nodesOf(draft.document).filter((node) => !isLooseEnd(document, node)),
    draft.layout,
  );
  const by = settle([...boxes.values()], [...standing.values()], at);
  const places = Array.from(boxes, ([id, { left, top }]): [string, Point] => [
    ids.get(id) ?? id,
    whole({ x: left + by.x, y: top + by.y }),
  ]);
  const layout = { ...draft.layout, nodes: { ...draft.layout.nodes, ...Object.fromEntries(places) } };
  const prepared = Object.entries(piece.responses ?? {}).filter(([id]) => origins.some((origin) => origin.id === id));
  const carried = underNames(Object.fromEntries(prepared), ids);
  const pasted = withResponses(withParts(draft, document, yieldEnd(document, layout)), { ...draft.responses, ...carried });
  return { draft: pasted, ids: nodes.map(({ id }) => id), endKept, startKept, refused };
}

/** The draft with copies of some of its cards, a little to the right and below of them. */
export function duplicate(draft: Draft, ids: readonly string[]): Pasted {
  const piece = pieceOf(draft, ids);
  const around = boxAround([...boxesOf(piece.nodes, piece.layout).values()]);
  const at = { x: (around?.left ?? 0) + COPY_OFFSET, y: (around?.top ?? 0) + COPY_OFFSET };
  return paste(draft, piece, at);
}
