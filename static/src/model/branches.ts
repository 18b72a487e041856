import { boxAround, boxesOf, pointOf } from "./boxes";
import { mayConnect, type Verdict } from "./connect";
import { editEdge, withItems, withParts } from "./edit";
import { edgeById, edgeFrom, edgesInto, exitOf, isEdge, kindOf, nodeById, nodesOf, rawItems, reachableFrom } from "./graph";
import { sizeOf } from "./lines";
import { spotFor, yieldEnd } from "./place";
import { mark, type Message } from "./say";
import { settle } from "./settle";
import type { Draft, ExitRef, FlowEdge, Layout, Point, RuleDocument } from "./types";

/**
 * Branches that change places. A branch is what hangs at an exit: the card it leads to, and every card that is reached
 * only through it. It keeps its cards, edges and ids; cards that other branches reach as well stay where they are.
 */

function bareOf(doc: RuleDocument, gone: readonly (FlowEdge | undefined)[]): RuleDocument {
  const ids = new Set(gone.flatMap((edge) => (edge ? [edge.id] : [])));
  const left = rawItems(doc, "edges").filter((item) => !(isEdge(item) && ids.has(item.id)));
  return withItems(doc, "edges", left);
}

function refOf(edge: FlowEdge): ExitRef {
  return { id: edge.source, exit: exitOf(edge) };
}

/** The edge with another exit; what else it holds stays. */
function leftFrom(edge: FlowEdge, { id, exit }: ExitRef): FlowEdge {
  if (exit !== "plain") return { ...edge, source: id, value: exit };
  const { id: own, target, ...members } = edge;
  delete members.value;
  return { ...members, id: own, source: id, target };
}

/** The card `root` and those that only it leads to, in a document whose edges to it were taken out. */
function pieceAt(bare: RuleDocument, root: string): Set<string> {
  const piece = reachableFrom(bare, root);
  const others = nodesOf(bare).filter((node) => !piece.has(node.id));
  for (const { id } of others) for (const shared of reachableFrom(bare, id)) piece.delete(shared);
  return piece;
}

type Move = { root: string; from: ExitRef };

/** The layout with each piece at the place its new exit gives it, as near as it crowds nothing. */
function carried(doc: RuleDocument, bare: RuleDocument, layout: Layout, moves: readonly Move[]): Layout {
  const pieces = moves.map((move) => ({ ...move, ids: pieceAt(bare, move.root) }));
  const moving = new Set(pieces.flatMap(({ ids }) => [...ids]));
  const standing = Object.entries(layout.nodes).filter(([id]) => !moving.has(id));
  let settled: Layout = { ...layout, nodes: Object.fromEntries(standing) };
  for (const piece of pieces) settled = withPiece(doc, settled, layout, piece);
  return yieldEnd(doc, settled);
}

function withPiece(doc: RuleDocument, settled: Layout, before: Layout, { root, from, ids }: Move & { ids: Set<string> }): Layout {
  const node = nodeById(doc, root);
  const old = pointOf(before, root);
  const boxes = boxesOf(nodesOf(doc).filter(({ id }) => ids.has(id)), before);
  const around = boxAround([...boxes.values()]);
  if (!node || !old || !around || !ids.has(root)) return settled;
  const spot = spotFor(doc, settled, sizeOf(node), from);
  const at = { x: around.left + spot.x - old.x, y: around.top + spot.y - old.y };
  const by = settle([...boxes.values()], [...boxesOf(nodesOf(doc), settled).values()], at);
  const places = Array.from(boxes, ([id, { left, top }]): [string, Point] => [id, { x: left + by.x, y: top + by.y }]);
  return { ...settled, nodes: { ...settled.nodes, ...Object.fromEntries(places) } };
}

/**
 * Whether the branch that begins with an edge may hang at the exit `to`. Where that leads somewhere already, the two
 * branches change places, and `replaces` names the other's edge.
 */
export function mayMove(doc: RuleDocument, edgeId: string, to: ExitRef): Verdict {
  const edge = edgeById(doc, edgeId);
  if (!edge) return mayConnect(doc, to, "");
  const other = edgeFrom(doc, to.id, to.exit);
  const bare = bareOf(doc, [edge, other]);
  const there = mayConnect(bare, to, edge.target);
  if (!there.ok || !other) return there;
  const hung = withItems(bare, "edges", [...rawItems(bare, "edges"), leftFrom(edge, to)]);
  const back = mayConnect(hung, refOf(edge), other.target);
  return back.ok ? { ok: true, replaces: other.id } : back;
}

/** Hangs the branch that begins with an edge at another exit; a branch that hangs there comes in its place. */
export function moveBranch(draft: Draft, edgeId: string, to: ExitRef): Draft {
  const { document, layout } = draft;
  const edge = edgeById(document, edgeId);
  if (!edge || (edge.source === to.id && exitOf(edge) === to.exit) || !mayMove(document, edgeId, to).ok) return draft;
  const other = edgeFrom(document, to.id, to.exit);
  if (other?.target === edge.target) return draft;
  const moved = other ? exchanged(document, edge, other) : editEdge(document, edgeId, (old) => leftFrom(old, to));
  const moves = [{ root: edge.target, from: to }, ...(other ? [{ root: other.target, from: refOf(edge) }] : [])];
  return withParts(draft, moved, carried(moved, bareOf(document, [edge, other]), layout, moves));
}

function exchanged(doc: RuleDocument, one: FlowEdge, two: FlowEdge): RuleDocument {
  const first = editEdge(doc, one.id, (edge) => ({ ...edge, target: two.target }));
  return editEdge(first, two.id, (edge) => ({ ...edge, target: one.target }));
}

/** Leads the true exit of a condition to where its false exit led, and the other way round. */
export function swapExits(draft: Draft, id: string): Draft {
  const { document } = draft;
  const yes = edgeFrom(document, id, "true");
  const no = edgeFrom(document, id, "false");
  if (yes) return moveBranch(draft, yes.id, { id, exit: "false" });
  return no ? moveBranch(draft, no.id, { id, exit: "true" }) : draft;
}

export const CHAIN_REASONS = {
  first: mark("No condition leads here by its false branch."),
  last: mark("Its false branch leads to no other condition."),
  shared: mark("Other branches lead there too."),
} as const;

type Link = { upper: string; lower: string; edge: FlowEdge };

/** The place in a chain of else-ifs where a card and its neighbour, above (-1) or below (1), could change places. */
function linkOf(doc: RuleDocument, id: string, delta: -1 | 1): Link | Message {
  const none = delta < 0 ? CHAIN_REASONS.first : CHAIN_REASONS.last;
  const edge = delta < 0 ? edgesInto(doc, id).find((into) => exitOf(into) === "false") : edgeFrom(doc, id, "false");
  const lower = edge && nodeById(doc, edge.target);
  if (!lower || kindOf(lower) !== "condition") return none;
  if (edgesInto(doc, lower.id).length > 1) return CHAIN_REASONS.shared;
  return { upper: edge.source, lower: lower.id, edge };
}

/** Why a condition cannot be asked before (-1) or after (1) its neighbour on the false branches, or null. */
export function chainReason(doc: RuleDocument, id: string, delta: -1 | 1): Message | null {
  const link = linkOf(doc, id, delta);
  return typeof link === "string" ? link : null;
}

/** Asks a condition one place earlier (-1) or later (1) in its chain of false branches; true branches go along. */
export function moveInChain(draft: Draft, id: string, delta: -1 | 1): Draft {
  const { document, layout } = draft;
  const link = linkOf(document, id, delta);
  if (typeof link === "string") return draft;
  const { upper, lower, edge } = link;
  const onward = edgeFrom(document, lower, "false");
  const into = edgesInto(document, upper);
  const led = into.reduce((doc, each) => editEdge(doc, each.id, (old) => ({ ...old, target: lower })), document);
  const turned = onward
    ? exchangedChain(led, edge, onward, upper)
    : editEdge(led, edge.id, (old) => ({ ...leftFrom(old, { id: lower, exit: "false" }), target: upper }));
  const [entry] = into;
  const moves = [...(entry ? [{ root: lower, from: refOf(entry) }] : []), { root: upper, from: { id: lower, exit: "false" as const } }];
  return withParts(draft, turned, carried(turned, bareOf(document, [edge, onward, ...into]), layout, moves));
}

function exchangedChain(doc: RuleDocument, edge: FlowEdge, onward: FlowEdge, upper: string): RuleDocument {
  const first = editEdge(doc, edge.id, (old) => ({ ...old, target: onward.target }));
  return editEdge(first, onward.id, (old) => ({ ...old, target: upper }));
}
