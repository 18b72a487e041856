import { pointOf } from "./boxes";
import { deepEqual } from "./equal";
import { canonical, cardFacets, ruleFacets, type Facets } from "./facets";
import { fieldsOf, type FieldChange } from "./fields";
import { edgesOf, exitOf, isEdge, isNode, nodesOf, rawItems } from "./graph";
import { order } from "./outline";
import { responseFields } from "./responseChanges";
import { english, type Say } from "./say";
import type { Draft, Exit, FlowEdge, FlowNode, Json, RuleDocument } from "./types";

export type { FieldChange } from "./fields";

export type RuleChange = { subject: "rule"; id: ""; kind: "changed"; fields: FieldChange[] };
/** "moved": the card stands elsewhere and nothing else about it is new. `moved`: it stands elsewhere. */
export type CardChange = {
  subject: "card";
  id: string;
  kind: "added" | "removed" | "changed" | "moved";
  moved: boolean;
  fields: FieldChange[];
};
/** `before` and `after` are the edge as each version has it; null where it has none. */
export type EdgeChange = {
  subject: "edge";
  id: string;
  kind: "added" | "removed" | "changed";
  before: FlowEdge | null;
  after: FlowEdge | null;
  fields: FieldChange[];
};
export type Change = RuleChange | CardChange | EdgeChange;

/** The first item of each id. What shares its id with an earlier one is told by `strays`. */
function byId<T extends { id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.toReversed().map((item) => [item.id, item]));
}

function idOf(item: Json, member: "nodes" | "edges"): string | null {
  if (member === "nodes") return isNode(item) ? item.id : null;
  return isEdge(item) ? item.id : null;
}

/** Items that cannot be told by their id: without one, or with one that was met already. */
export function strays(doc: RuleDocument, member: "nodes" | "edges"): Json[] {
  const met = new Set<string>();
  return rawItems(doc, member).filter((item) => {
    const id = idOf(item, member);
    if (id === null || met.has(id)) return true;
    met.add(id);
    return false;
  });
}

/** The items of `these` that `those` have not, each as often as it is missing. */
export function missing(these: readonly Json[], those: readonly Json[]): Json[] {
  const left = those.map(canonical);
  return these.filter((item) => {
    const at = left.indexOf(canonical(item));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function strayFields(before: RuleDocument, after: RuleDocument, member: "nodes" | "edges"): FieldChange[] {
  const facet = `/match_v3/${member}`;
  const field = { facet, pointer: facet, label: facet, item: null };
  const [old, now] = [strays(before, member), strays(after, member)];
  return [
    ...missing(old, now).map((item) => ({ ...field, how: "removed" as const, old: JSON.stringify(item), new: null })),
    ...missing(now, old).map((item) => ({ ...field, how: "added" as const, old: null, new: JSON.stringify(item) })),
  ];
}

/** What is prepared on cards that neither version has, or that came or went with it. */
function homelessFields(before: Draft, after: Draft, say: Say): FieldChange[] {
  const [old, now] = [before, after].map(({ document }) => new Set(nodesOf(document).map(({ id }) => id)));
  const cards = new Set([...Object.keys(after.responses ?? {}), ...Object.keys(before.responses ?? {})]);
  const homeless = [...cards].filter((id) => !old?.has(id) || !now?.has(id));
  return homeless.flatMap((id) => responseFields(before, after, id, say));
}

function ruleChange(drafts: { before: Draft; after: Draft }, say: Say): RuleChange[] {
  const [before, after] = [drafts.before.document, drafts.after.document];
  const fields = [
    ...fieldsOf(ruleFacets(before), ruleFacets(after), say),
    ...strayFields(before, after, "nodes"),
    ...strayFields(before, after, "edges"),
    ...homelessFields(drafts.before, drafts.after, say),
  ];
  return fields.length === 0 ? [] : [{ subject: "rule", id: "", kind: "changed", fields }];
}

function isMoved(before: Draft, after: Draft, id: string): boolean {
  const [from, to] = [pointOf(before.layout, id), pointOf(after.layout, id)];
  return from !== undefined && to !== undefined && !deepEqual(from, to);
}

function cardChange(before: Draft, after: Draft, id: string, pair: Pair<FlowNode>, say: Say): CardChange[] {
  const [old, now] = pair;
  if (!old || !now) return [{ subject: "card", id, kind: old ? "removed" : "added", moved: false, fields: [] }];
  const fields = [...fieldsOf(cardFacets(old), cardFacets(now), say), ...responseFields(before, after, id, say)];
  const moved = isMoved(before, after, id);
  if (fields.length > 0) return [{ subject: "card", id, kind: "changed", moved, fields }];
  return moved ? [{ subject: "card", id, kind: "moved", moved, fields }] : [];
}

function edgeFacets(edge: FlowEdge): Facets {
  return new Map(Object.entries(edge).map(([name, value]) => [`/${name}`, value]));
}

function edgeChange(id: string, [before, after]: Pair<FlowEdge>, say: Say): EdgeChange[] {
  const ends = { subject: "edge" as const, id, before: before ?? null, after: after ?? null };
  if (!before || !after) return [{ ...ends, kind: before ? "removed" : "added", fields: [] }];
  const fields = fieldsOf(edgeFacets(before), edgeFacets(after), say);
  return fields.length === 0 ? [] : [{ ...ends, kind: "changed", fields }];
}

type Pair<T> = readonly [T | undefined, T | undefined];

function pairs<T extends { id: string }>(before: readonly T[], after: readonly T[]): Map<string, Pair<T>> {
  const [old, now] = [byId(before), byId(after)];
  const ids = new Set([...after.map(({ id }) => id), ...before.map(({ id }) => id)]);
  return new Map(Array.from(ids, (id) => [id, [old.get(id), now.get(id)]]));
}

/** The ids of all cards of both versions: those of the later one in its outline order, each gone one behind its elder. */
export function unionOrder(before: RuleDocument, after: RuleDocument): string[] {
  const ids = order(after);
  let elder: string | undefined;
  for (const id of order(before)) {
    if (!ids.includes(id)) ids.splice(elder === undefined ? 0 : ids.indexOf(elder) + 1, 0, id);
    elder = id;
  }
  return ids;
}

/**
 * What is different in `after`: the rule's own members, then cards and edges by id, in reading order. The order of
 * nodes, of edges and of an object's members means nothing. Empty exactly when the two mean the same document and no
 * card that both place stands elsewhere. Words come from `say`; an edge's ends are ids.
 */
export function diff(before: Draft, after: Draft, say: Say = english): Change[] {
  const cards = pairs(nodesOf(before.document), nodesOf(after.document));
  const ids = unionOrder(before.document, after.document);
  const edges = pairs(edgesOf(before.document), edgesOf(after.document));
  const rank = ({ before: old, after: now }: EdgeChange): number => ids.indexOf((now ?? old)?.source ?? "");
  return [
    ...ruleChange({ before, after }, say),
    ...ids.flatMap((id) => cardChange(before, after, id, cards.get(id) ?? [undefined, undefined], say)),
    ...Array.from(edges, ([id, pair]) => edgeChange(id, pair, say))
      .flat()
      .toSorted((a, b) => rank(a) - rank(b)),
  ];
}

/** What an exit leads to in both versions, where that is different. `before`, `after`: card ids, none for nowhere. */
export type ExitChange = { source: string; exit: Exit; before: string[]; after: string[]; edges: EdgeChange[] };

/** Changes of edges by the exit they leave from: an edge that went and another that came are one exit that leads elsewhere. */
export function byExit(changes: readonly Change[]): ExitChange[] {
  const exits = new Map<string, ExitChange>();
  const at = (edge: FlowEdge): ExitChange => {
    const exit = exitOf(edge);
    const key = `${exit} ${edge.source}`;
    const found = exits.get(key) ?? { source: edge.source, exit, before: [], after: [], edges: [] };
    exits.set(key, found);
    return found;
  };
  for (const change of changes) {
    if (change.subject !== "edge") continue;
    if (change.before) at(change.before).before.push(change.before.target);
    if (change.after) at(change.after).after.push(change.after.target);
    for (const edge of [change.before, change.after]) {
      if (edge && !at(edge).edges.includes(change)) at(edge).edges.push(change);
    }
  }
  return [...exits.values()];
}
