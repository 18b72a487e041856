import { boxAt, boxesOf, COLUMN_GAP, crowding, pointOf, ROW_GAP, EXIT_OFFSET, whole, type Box } from "./boxes";
import { mayConnect } from "./connect";
import { editEdge, editNode, editRoot, editTree, withItems, withParts } from "./edit";
import { deepEqual } from "./equal";
import {
  edgeById,
  edgeFrom,
  exitOf,
  isEdge,
  isNode,
  kindOf,
  nodeById,
  nodesOf,
  rawItems,
  reachableFrom,
} from "./graph";
import { CARD_WIDTH, sizeOf } from "./lines";
import { completeLayout, isLooseEnd, rowBottom, spotFor, yieldEnd } from "./place";
import { newLeaf, newNode, takeId, takenIds } from "./rule";
import { combineOf, isGroup } from "./tree";
import type {
  Draft,
  ExitRef,
  FlowEdge,
  FlowNode,
  Group,
  Joiner,
  Json,
  JsonObject,
  Layout,
  Match,
  Point,
  RuleDocument,
  TreeNode,
} from "./types";

/**
 * Edits of a draft. Each answers a new draft and leaves the given one alone; an edit that changes nothing,
 * or that the rule forbids, answers the same draft. Members the editor does not know survive them all.
 */

/** A draft with something new in it and its id; "" when nothing was added. */
export type Added = { draft: Draft; id: string };

function placed(layout: Layout, places: Record<string, Point>): Layout {
  return { ...layout, nodes: { ...layout.nodes, ...places } };
}

function without(layout: Layout, ids: ReadonlySet<string>): Layout {
  return { ...layout, nodes: Object.fromEntries(Object.entries(layout.nodes).filter(([id]) => !ids.has(id))) };
}

function newEdge(from: ExitRef, target: string, taken: Set<string>): FlowEdge {
  const edge = { id: takeId("edge", taken), source: from.id, target };
  return from.exit === "plain" ? edge : { ...edge, value: from.exit };
}

function appendEdge(doc: RuleDocument, from: ExitRef, target: string): RuleDocument {
  return withItems(doc, "edges", [...rawItems(doc, "edges"), newEdge(from, target, takenIds(doc))]);
}

function isOpen(doc: RuleDocument, from: ExitRef): boolean {
  return edgeFrom(doc, from.id, from.exit) === undefined;
}

/**
 * Adds a card, connected to the exit `from` when that is open and may lead there, at `at` or where the staircase
 * has room. A rule has one End: asking for another connects the one it has.
 */
export function addCard(draft: Draft, kind: "condition" | "combine" | "end", at: Point | null, from?: ExitRef): Added {
  const end = kind === "end" ? nodesOf(draft.document).find((node) => kindOf(node) === "end") : undefined;
  if (end) return { draft: bringEnd(draft, end, from), id: end.id };
  const node = newNode(kind, takenIds(draft.document)) as FlowNode;
  const place = at ? whole(at) : spotFor(draft.document, draft.layout, sizeOf(node), from ?? null);
  const document = withItems(draft.document, "nodes", [...rawItems(draft.document, "nodes"), node]);
  const layout = yieldEnd(document, placed(draft.layout, { [node.id]: place }));
  return { draft: connectOpen(withParts(draft, document, layout), from, node.id), id: node.id };
}

/** Connects an exit to the End there is, which comes under it when nothing else leads there yet. */
function bringEnd(draft: Draft, end: FlowNode, from: ExitRef | undefined): Draft {
  const connected = connectOpen(draft, from, end.id);
  if (!from || connected === draft || !isLooseEnd(draft.document, end)) return connected;
  const spot = spotFor(draft.document, draft.layout, sizeOf(end), from);
  return moveNodes(connected, { [end.id]: spot });
}

function connectOpen(draft: Draft, from: ExitRef | undefined, targetId: string): Draft {
  return from && isOpen(draft.document, from) ? connect(draft, from, targetId) : draft;
}

/** Leads an exit to a card. An exit that is taken already keeps its edge, which now leads there. */
export function connect(draft: Draft, from: ExitRef, targetId: string): Draft {
  const { document } = draft;
  const verdict = mayConnect(document, from, targetId);
  if (!verdict.ok) return draft;
  if (verdict.replaces === undefined) return withParts(draft, appendEdge(document, from, targetId));
  const retarget = (edge: FlowEdge): FlowEdge => (edge.target === targetId ? edge : { ...edge, target: targetId });
  return withParts(draft, editEdge(document, verdict.replaces, retarget));
}

/** Takes an edge out. */
export function disconnect(draft: Draft, edgeId: string): Draft {
  if (!edgeById(draft.document, edgeId)) return draft;
  const edges = rawItems(draft.document, "edges").filter((item) => !(isEdge(item) && item.id === edgeId));
  return withParts(draft, withItems(draft.document, "edges", edges));
}

/** Takes cards out with every edge at them. Start stays. */
export function removeNodes(draft: Draft, ids: readonly string[]): Draft {
  const gone = new Set(
    nodesOf(draft.document)
      .filter((node) => ids.includes(node.id) && kindOf(node) !== "start")
      .map((node) => node.id),
  );
  if (gone.size === 0) return draft;
  const nodes = rawItems(draft.document, "nodes").filter((item) => !(isNode(item) && gone.has(item.id)));
  const edges = rawItems(draft.document, "edges");
  const left = edges.filter((item) => !(isEdge(item) && (gone.has(item.source) || gone.has(item.target))));
  const withoutNodes = withItems(draft.document, "nodes", nodes);
  const document = left.length === edges.length ? withoutNodes : withItems(withoutNodes, "edges", left);
  return withParts(draft, document, without(draft.layout, gone));
}

/** Moves cards; the document stays as it is. Ids the rule does not have are passed over. */
export function moveNodes(draft: Draft, places: Record<string, Point>): Draft {
  const moved = Object.entries(places)
    .filter(([id]) => nodeById(draft.document, id) !== undefined)
    .map(([id, point]): [string, Point] => [id, whole(point)])
    .filter(([id, point]) => !deepEqual(point, pointOf(draft.layout, id)));
  if (moved.length === 0) return draft;
  return withParts(draft, draft.document, placed(draft.layout, Object.fromEntries(moved)));
}

/** The cards `ids` moved as one piece by dx and dy, and further down until they crowd nothing that stands. */
function movedPiece(doc: RuleDocument, layout: Layout, ids: ReadonlySet<string>, delta: Point): Record<string, Point> {
  const standing = [
    ...boxesOf(
      nodesOf(doc).filter((node) => !ids.has(node.id)),
      layout,
    ).values(),
  ];
  const piece = boxesOf(
    nodesOf(doc).filter((node) => ids.has(node.id)),
    layout,
  );
  const at = (dy: number): Box[] =>
    Array.from(piece.values(), (box) => ({
      left: box.left + delta.x,
      right: box.right + delta.x,
      top: box.top + dy,
      bottom: box.bottom + dy,
    }));
  let dy = delta.y;
  for (let more = crowding(at(dy), standing); more > 0; more = crowding(at(dy), standing)) dy += more;
  return Object.fromEntries(Array.from(piece, ([id, box]) => [id, whole({ x: box.left + delta.x, y: box.top + dy })]));
}

/** The layout after a card was put on an edge: it stands where the target stood, what follows moves below it. */
function roomOnEdge(doc: RuleDocument, layout: Layout, node: FlowNode, from: ExitRef, targetId: string): Layout {
  const following = reachableFrom(doc, targetId);
  const size = sizeOf(node);
  const target = pointOf(layout, targetId);
  const targetNode = nodeById(doc, targetId);
  if (!target || !targetNode || following.has(from.id)) {
    return placed(layout, { [node.id]: spotFor(doc, layout, size, from) });
  }
  const spot = spotFor(doc, without(layout, following), size, from);
  const withCard = placed(layout, { [node.id]: spot });
  const falseLeft = spot.x + size.width / 2 + EXIT_OFFSET - CARD_WIDTH / 2;
  const boxes = boxesOf(nodesOf(doc), withCard);
  const bottom = rowBottom(doc, node.id, boxAt(spot, size), boxes);
  const wished = { x: falseLeft - COLUMN_GAP - sizeOf(targetNode).width, y: bottom + ROW_GAP };
  return placed(withCard, movedPiece(doc, withCard, following, { x: wished.x - target.x, y: wished.y - target.y }));
}

/**
 * Puts a new condition on an edge: the edge now leads to it, its true exit to the edge's old target, its false
 * exit is open. What follows moves to make room. Refused where a condition may not stand (behind a merge card).
 */
export function insertOnEdge(draft: Draft, edgeId: string, kind: "condition"): Added {
  const edge = edgeById(draft.document, edgeId);
  const source = edge && nodeById(draft.document, edge.source);
  if (!edge || !source || kindOf(source) === "combine" || kindOf(source) === "end") return { draft, id: "" };
  const taken = takenIds(draft.document);
  const node = newNode(kind, taken) as FlowNode;
  const onward = newEdge({ id: node.id, exit: "true" }, edge.target, taken);
  const retargeted = editEdge(draft.document, edgeId, (old) => ({ ...old, target: node.id }));
  const withNode = withItems(retargeted, "nodes", [...rawItems(retargeted, "nodes"), node]);
  const document = withItems(withNode, "edges", [...rawItems(withNode, "edges"), onward]);
  const from = { id: edge.source, exit: exitOf(edge) };
  const following = withItems(
    document,
    "edges",
    rawItems(document, "edges").filter((item) => item !== onward),
  );
  const layout = roomOnEdge(following, draft.layout, node, from, edge.target);
  return { draft: withParts(draft, document, yieldEnd(document, layout)), id: node.id };
}

/** Sets the rule's name or description; an empty description that was never there is not added. */
export function setRuleMember(draft: Draft, member: "name" | "desc", value: string): Draft {
  const current = draft.document[member];
  if (current === value || (current === undefined && member === "desc" && value === "")) return draft;
  return withParts(draft, { ...draft.document, [member]: value });
}

/** Changes attribute, operator or values of one condition. EXIST carries no values. */
export function setMatch(
  draft: Draft,
  cardId: string,
  leafId: string,
  patch: Partial<Pick<Match, "key" | "operate" | "value">>,
): Draft {
  return editTree(draft, cardId, leafId, (item) => {
    if (isGroup(item)) return item;
    const match: Match = { ...item.match, ...patch };
    if (match.operate === "EXIST") match.value = [];
    return deepEqual(match, item.match) ? item : { ...item, match };
  });
}

function addToGroup(draft: Draft, cardId: string, groupId: string, child: TreeNode): Added {
  const edited = editTree(draft, cardId, groupId, (item) =>
    isGroup(item) ? { ...item, nodes: [...item.nodes, child] } : item,
  );
  return { draft: edited, id: edited === draft ? "" : child.id };
}

/** Adds a condition at the end of a group. */
export function addCondition(draft: Draft, cardId: string, groupId: string): Added {
  return addToGroup(draft, cardId, groupId, newLeaf(takenIds(draft.document)));
}

/** Adds an inner group with one condition at the end of a group. */
export function addGroup(draft: Draft, cardId: string, groupId: string): Added {
  const taken = takenIds(draft.document);
  const id = takeId("GroupCondition", taken);
  const group: Group = { id, type: "bool", value: "and", nodes: [newLeaf(taken)] };
  return addToGroup(draft, cardId, groupId, group);
}

function pruned(tree: Group, id: string): Group {
  const nodes = tree.nodes.flatMap((child): TreeNode[] => {
    if (child.id === id) return [];
    if (!isGroup(child)) return [child];
    const rest = pruned(child, id);
    if (rest === child) return [child];
    return rest.nodes.length === 0 ? [] : [rest];
  });
  const same = nodes.length === tree.nodes.length && nodes.every((child, index) => child === tree.nodes[index]);
  return same ? tree : { ...tree, nodes };
}

/** Takes a condition or a group out; an inner group goes with its last child. The root stays, even when empty. */
export function removeFromTree(draft: Draft, cardId: string, id: string): Draft {
  return editRoot(draft, cardId, (tree) => (tree.id === id ? tree : pruned(tree, id)));
}

/** Says whether all or any of a group must hold. */
export function setJoin(draft: Draft, cardId: string, groupId: string, joiner: Joiner): Draft {
  return editTree(draft, cardId, groupId, (item) =>
    isGroup(item) && item.value !== joiner ? { ...item, value: joiner } : item,
  );
}

function parentOf(tree: Group, id: string): Group | undefined {
  if (tree.nodes.some((child) => child.id === id)) return tree;
  return tree.nodes.filter(isGroup).flatMap((child) => parentOf(child, id) ?? [])[0];
}

function swapped(nodes: TreeNode[], id: string, delta: -1 | 1): TreeNode[] | null {
  const index = nodes.findIndex((child) => child.id === id);
  const here = nodes[index];
  const there = nodes[index + delta];
  return here && there ? nodes.with(index, there).with(index + delta, here) : null;
}

/** Moves a condition or group one place up (-1) or down (1) among its siblings. */
export function moveInTree(draft: Draft, cardId: string, id: string, delta: -1 | 1): Draft {
  return editRoot(draft, cardId, (tree) => {
    const parent = parentOf(tree, id);
    const nodes = parent && swapped(parent.nodes, id, delta);
    if (!parent || !nodes) return tree;
    return replaceGroup(tree, parent.id, { ...parent, nodes });
  });
}

function replaceGroup(tree: Group, id: string, group: Group): Group {
  if (tree.id === id) return group;
  return { ...tree, nodes: tree.nodes.map((child) => (isGroup(child) ? replaceGroup(child, id, group) : child)) };
}

function editConfig(draft: Draft, cardId: string, edit: (config: JsonObject) => JsonObject): Draft {
  const document = editNode(draft.document, cardId, (node) => {
    const config = combineOf(node);
    if (!config) return node;
    const combineConfig = edit(config);
    return deepEqual(combineConfig, config)
      ? node
      : { ...node, value: { ...(node.value as JsonObject), combineConfig } };
  });
  return withParts(draft, document);
}

/** Changes members of a merge card's combineConfig. */
export function setCombine(draft: Draft, cardId: string, patch: JsonObject): Draft {
  return editConfig(draft, cardId, (config) => ({ ...config, ...patch }));
}

/** What a merge card merges by: exact attributes, or the service's own smart merging. */
export type MergeBy = { group_by: string[] } | { ai_group_by: string[] };

/** Sets one way of merging and removes the other; the new one stands where the old one stood. */
export function setMergeBy(draft: Draft, cardId: string, by: MergeBy): Draft {
  const chosen: [string, Json] = "group_by" in by ? ["group_by", by.group_by] : ["ai_group_by", by.ai_group_by];
  return editConfig(draft, cardId, (config) => {
    const members = Object.entries(config);
    const isBy = ([name]: [string, Json]): boolean => name === "group_by" || name === "ai_group_by";
    const first = members.findIndex(isBy);
    const rest = members.filter((member) => !isBy(member));
    return Object.fromEntries(first < 0 ? [...rest, chosen] : rest.toSpliced(first, 0, chosen));
  });
}

/** Puts another document in place: an import, or the JSON panel. Cards with a known id keep their place. */
export function replaceDocument(draft: Draft, document: RuleDocument, layout?: Layout): Draft {
  const known = placed(draft.layout, layout?.nodes ?? {});
  const complete = completeLayout(document, known);
  const same = deepEqual(complete, draft.layout) ? draft.layout : complete;
  return withParts(draft, sameDocument(draft.document, document), same);
}

/** The old document when the new one is the same down to the order of its members. */
function sameDocument(old: RuleDocument, document: RuleDocument): RuleDocument {
  return JSON.stringify(old) === JSON.stringify(document) ? old : document;
}
