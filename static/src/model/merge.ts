import { boxesOf, COLUMN_GAP, near, PLAIN_GAP, pointOf } from "./boxes";
import { missing, strays } from "./diff";
import { deepEqual } from "./equal";
import { canonical, cardFacets, hasSettings, ruleFacets, withFacet, type Facets } from "./facets";
import { edgesOf, exitOf, hasFlow, nodeById, nodesOf } from "./graph";
import { completeLayout } from "./place";
import { joinedResponses, RESPONSES_FACET, responsesFacet } from "./responseChanges";
import { withResponses } from "./responses";
import { takeId, takenIds } from "./rule";
import { readTree } from "./tree";
import { joined, mergeTrees } from "./treeMerge";
import type { Draft, Exit, FlowEdge, FlowNode, Json, JsonObject, Layout, Point, PreparedResponse, Responses, RuleDocument } from "./types";

/** Three drafts of one rule: what both sides began from, and what each made of it. */
export type Three = { base: Draft; mine: Draft; theirs: Draft };
export type Side = "mine" | "theirs";
/** "both": what either side changed, put together. */
export type Choice = Side | "both";

/**
 * One thing to choose: a part of the rule, of a card (`facet`, "" for the card as a whole), or where an exit leads.
 * `changed`: who changed it since the base. `choice`: what is taken unless somebody chooses; null when both sides
 * changed it differently and somebody has to.
 */
export type Part = {
  key: string;
  subject: "rule" | "card" | "exit";
  id: string;
  exit: Exit | null;
  facet: string;
  changed: Side | "both";
  choice: Choice | null;
  /** Whether "both" can be chosen. */
  joins: boolean;
  /** The part whose choice decides this one too: the exits of a card that came or went come and go with it. */
  follows: string | null;
};

export type Choices = Readonly<Record<string, Choice>>;

type Values<T> = { base: T | undefined; mine: T | undefined; theirs: T | undefined };
type Name = Pick<Part, "key" | "subject" | "id" | "exit" | "facet">;

function same(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonical(a as Json) === canonical(b as Json);
}

/** The part, when the two sides are not the same. */
function partOf<T>(name: Name, { base, mine, theirs }: Values<T>, joins = false): Part[] {
  if (same(mine, theirs)) return [];
  const common = { ...name, joins, follows: null };
  if (same(base, theirs)) return [{ ...common, joins: false, changed: "mine", choice: "mine" }];
  if (same(base, mine)) return [{ ...common, joins: false, changed: "theirs", choice: "theirs" }];
  return [{ ...common, changed: "both", choice: joins ? "both" : null }];
}

function three<T>(of: (draft: Draft) => T | undefined, { base, mine, theirs }: Three): Values<T> {
  return { base: of(base), mine: of(mine), theirs: of(theirs) };
}

function joinedTree(values: Values<Json>): Json | null {
  const [base, mine, theirs] = [values.base, values.mine, values.theirs].map((value) => readTree(value));
  return base && mine && theirs ? mergeTrees(base, mine, theirs) : null;
}

function keyOf(...name: (string | null)[]): string {
  return JSON.stringify(name);
}

function joins(facet: string, values: Values<Json>): boolean {
  return facet === RESPONSES_FACET ? joinedList(values) !== null : facet === "/value" && joinedTree(values) !== null;
}

function listOf(value: Json | undefined): PreparedResponse[] {
  return (value ?? []) as unknown as PreparedResponse[];
}

function joinedList({ base, mine, theirs }: Values<Json>): PreparedResponse[] | null {
  return joinedResponses({ base: listOf(base), mine: listOf(mine), theirs: listOf(theirs) });
}

function facetParts(subject: "rule" | "card", id: string, { base, mine, theirs }: Values<Facets>): Part[] {
  const facets = new Set([mine, theirs, base].flatMap((side) => [...(side?.keys() ?? [])]));
  return [...facets].flatMap((facet) => {
    const values = { base: base?.get(facet), mine: mine?.get(facet), theirs: theirs?.get(facet) };
    const name = { key: keyOf(subject, id, facet), subject, id, exit: null, facet };
    return partOf(name, values, subject === "card" && joins(facet, values));
  });
}

function cardKey(id: string): string {
  return keyOf("card", id, "");
}

/** The edges at a card that one side has and the base has not. */
function newEdgesAt(id: string, draft: Draft, base: Draft): FlowEdge[] {
  const known = edgesOf(base.document).map(canonical);
  return edgesOf(draft.document).filter(
    (edge) => (edge.source === id || edge.target === id) && !known.includes(canonical(edge)),
  );
}

function wholeCard(id: string, drafts: Three, nodes: Values<FlowNode>): Part[] {
  const name: Name = { key: cardKey(id), subject: "card", id, exit: null, facet: "" };
  const [part] = partOf(name, nodes);
  if (!part || part.changed === "both") return part ? [part] : [];
  // Who led an edge to a card has a say when the other side took the card out.
  const gone = nodes.base !== undefined && nodes[part.changed] === undefined;
  const other = part.changed === "mine" ? drafts.theirs : drafts.mine;
  const used = gone && newEdgesAt(id, other, drafts.base).length > 0;
  return [used ? { ...part, changed: "both", choice: null } : part];
}

function shapeOf(node: FlowNode): string {
  return `${hasSettings(node)} ${readTree(node.value) !== null}`;
}

/** The parts of a card with what is prepared on it. */
function facetsOf(draft: Draft, id: string): Facets | undefined {
  const node = nodeById(draft.document, id);
  const prepared = responsesFacet(draft, id);
  if (!node || prepared === undefined) return node && cardFacets(node);
  return new Map([...cardFacets(node), [RESPONSES_FACET, prepared]]);
}

function cardParts(id: string, drafts: Three): Part[] {
  const nodes = three((draft) => nodeById(draft.document, id), drafts);
  const { base, mine, theirs } = nodes;
  if (!mine || !theirs) return wholeCard(id, drafts, nodes);
  const shapes = new Set([base ?? mine, mine, theirs].map(shapeOf));
  if (shapes.size > 1) return wholeCard(id, drafts, nodes);
  return facetParts("card", id, three((draft) => facetsOf(draft, id), drafts));
}

function exitKey(edge: FlowEdge): string {
  return keyOf("exit", edge.source, exitOf(edge));
}

/** The edges of a draft by the exit they leave from, each edge once. */
function exitsIn({ document }: Draft): Map<string, FlowEdge[]> {
  const exits = new Map<string, FlowEdge[]>();
  const met = new Set<string>();
  for (const edge of edgesOf(document)) {
    if (met.has(edge.id)) continue;
    met.add(edge.id);
    exits.set(exitKey(edge), [...(exits.get(exitKey(edge)) ?? []), edge]);
  }
  return exits;
}

function ordered(edges: FlowEdge[] | undefined): Json {
  return (edges ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function lacks({ document }: Draft, id: string): boolean {
  return nodeById(document, id) === undefined;
}

/** The card whose coming or going is all that this exit's change tells: its own, or the one it led to. */
function leaderOf(part: Part, edges: Values<FlowEdge[]>, drafts: Three): string | null {
  const { mine, theirs } = drafts;
  if (lacks(mine, part.id) !== lacks(theirs, part.id)) return cardKey(part.id);
  if (part.changed === "both" || (edges[part.changed] ?? []).length > 0) return null;
  const [target, ...more] = (edges.base ?? []).map((edge) => edge.target);
  if (target === undefined || more.length > 0) return null;
  const [here, other] = part.changed === "mine" ? [mine, theirs] : [theirs, mine];
  return lacks(here, target) && !lacks(other, target) ? cardKey(target) : null;
}

function exitParts(drafts: Three): Part[] {
  const sides = three(exitsIn, drafts);
  const keys = new Set([sides.theirs, sides.mine, sides.base].flatMap((side) => [...(side?.keys() ?? [])]));
  return [...keys].flatMap((key) => {
    const edges = { base: sides.base?.get(key), mine: sides.mine?.get(key), theirs: sides.theirs?.get(key) };
    const edge = (edges.theirs ?? edges.mine ?? edges.base)?.[0];
    if (!edge) return [];
    const name: Name = { key, subject: "exit", id: edge.source, exit: exitOf(edge), facet: "" };
    const values = { base: ordered(edges.base), mine: ordered(edges.mine), theirs: ordered(edges.theirs) };
    return partOf(name, values).map((part) => ({ ...part, follows: leaderOf(part, edges, drafts) }));
  });
}

function idsIn({ base, mine, theirs }: Three): string[] {
  return [...new Set([theirs, mine, base].flatMap(({ document }) => nodesOf(document).map(({ id }) => id)))];
}

/** Everything in which the two sides differ, part by part. Places of cards are no question: see `merged`. */
export function partsOf(drafts: Three): Part[] {
  const facets = three((draft) => ruleFacets(draft.document), drafts);
  const cards = idsIn(drafts).flatMap((id) => cardParts(id, drafts));
  return [...facetParts("rule", "", facets), ...cards, ...exitParts(drafts)];
}

/** What is taken of a part; null while nobody has chosen and somebody has to. */
export function choiceOf(part: Part, parts: readonly Part[], choices: Choices): Choice | null {
  const leader = part.follows === null ? undefined : parts.find(({ key }) => key === part.follows);
  if (leader) return choiceOf(leader, parts, choices);
  return (Object.hasOwn(choices, part.key) ? choices[part.key] : undefined) ?? part.choice;
}

/** The parts nobody has chosen yet, and somebody has to. */
export function undecided(parts: readonly Part[], choices: Choices): Part[] {
  return parts.filter((part) => part.follows === null && choiceOf(part, parts, choices) === null);
}

class Merger {
  private readonly chosen: Map<string, Choice>;

  constructor(
    private readonly drafts: Three,
    private readonly parts: readonly Part[],
    choices: Choices,
  ) {
    this.chosen = new Map(parts.map((part) => [part.key, choiceOf(part, parts, choices) ?? "mine"]));
  }

  draft(): Draft {
    const { mine, theirs } = this.drafts;
    const nodes = idsIn(this.drafts).flatMap((id) => this.card(id) ?? []);
    const edges = this.edges(new Set(nodes.map(({ id }) => id)));
    const rule = this.withFacets(theirs.document, "rule", "", (draft) => ruleFacets(draft.document));
    const document = hasFlow(theirs.document) || hasFlow(mine.document) ? this.withLists(rule, nodes, edges) : rule;
    return withResponses({ document, layout: this.layout(document) }, this.responses());
  }

  private responses(): Responses {
    const sides = Object.values(this.drafts).flatMap(({ responses }) => Object.keys(responses ?? {}));
    return Object.fromEntries([...new Set(sides)].map((id) => [id, this.prepared(id)]));
  }

  /** What is prepared on a card, as chosen; of a card that is no question, or is gone, both sides' changes. */
  private prepared(id: string): PreparedResponse[] {
    const values = three((draft) => responsesFacet(draft, id), this.drafts);
    const choice = this.chosen.get(keyOf("card", id, RESPONSES_FACET)) ?? this.chosen.get(cardKey(id)) ?? "both";
    if (choice === "both") return joinedList(values) ?? listOf(values.mine);
    return listOf(values[choice]);
  }

  private side(key: string): Choice {
    return this.chosen.get(key) ?? "theirs";
  }

  private card(id: string): FlowNode | undefined {
    const nodes = three((draft) => nodeById(draft.document, id), this.drafts);
    if (this.chosen.has(cardKey(id))) return this.side(cardKey(id)) === "mine" ? nodes.mine : nodes.theirs;
    const { theirs } = nodes;
    return theirs && this.withFacets(theirs, "card", id, (draft) => facetsOf(draft, id));
  }

  /** Their card or rule with the parts that are not theirs. */
  private withFacets<T extends JsonObject>(
    theirs: T,
    subject: "card" | "rule",
    id: string,
    facetsOf: (draft: Draft) => Facets | undefined,
  ): T {
    const facets = three(facetsOf, this.drafts);
    const others = this.parts.filter(
      (part) =>
        part.subject === subject && part.id === id && part.facet !== RESPONSES_FACET && this.side(part.key) !== "theirs",
    );
    return others.reduce((made, { key, facet }) => {
      const values = { base: facets.base?.get(facet), mine: facets.mine?.get(facet), theirs: facets.theirs?.get(facet) };
      const value = this.side(key) === "both" ? (joinedTree(values) ?? values.mine) : values.mine;
      return withFacet(made, facet, value);
    }, theirs);
  }

  /** The edges of every exit as chosen, without those that lost a card, and no id twice. */
  private edges(cards: ReadonlySet<string>): FlowEdge[] {
    const sides = three(exitsIn, this.drafts);
    const keys = new Set([sides.theirs, sides.mine].flatMap((side) => [...(side?.keys() ?? [])]));
    const edges = [...keys].flatMap((key) => {
      const side = this.side(key) === "mine" ? sides.mine : sides.theirs;
      return side?.get(key) ?? [];
    });
    const known = new Set(idsIn(this.drafts));
    const lost = (id: string): boolean => known.has(id) && !cards.has(id);
    return this.renamed(edges.filter(({ source, target }) => !lost(source) && !lost(target)));
  }

  private renamed(edges: FlowEdge[]): FlowEdge[] {
    const taken = new Set([...takenIds(this.drafts.mine.document), ...takenIds(this.drafts.theirs.document)]);
    const met = new Set<string>();
    return edges.map((edge) => {
      const kept = met.has(edge.id) ? { ...edge, id: takeId("edge", taken) } : edge;
      met.add(kept.id);
      return kept;
    });
  }

  private withLists(rule: RuleDocument, nodes: FlowNode[], edges: FlowEdge[]): RuleDocument {
    const { match_v3 } = rule;
    const flow = typeof match_v3 === "object" && match_v3 !== null && !Array.isArray(match_v3) ? match_v3 : {};
    const lists = { nodes: this.withStrays("nodes", nodes), edges: this.withStrays("edges", edges) };
    const present = Object.entries(lists).filter(([name, items]) => Array.isArray(flow[name]) || items.length > 0);
    return { ...rule, match_v3: { ...flow, ...Object.fromEntries(present) } };
  }

  /** Items without an id of their own: theirs, with what mine brought, without what mine took out. */
  private withStrays(member: "nodes" | "edges", items: Json[]): Json[] {
    const { base, mine, theirs } = three((draft) => strays(draft.document, member), this.drafts);
    const [was, my, their] = [base ?? [], mine ?? [], theirs ?? []];
    return [...items, ...missing(their, missing(was, my)), ...missing(my, [...was, ...missing(their, was)])];
  }

  /** A card stands where the side that moved it put it, and mine when both did; a new card of mine makes way. */
  private layout(document: RuleDocument): Layout {
    if (!hasFlow(document)) return this.drafts.theirs.layout;
    const { theirs } = this.drafts;
    const places = nodesOf(document).flatMap(({ id }): [string, Point][] => {
      const place = this.place(id);
      return place ? [[id, place]] : [];
    });
    const layout: Layout = { ...theirs.layout, nodes: Object.fromEntries(places) };
    return completeLayout(document, this.uncrowded(document, layout));
  }

  private place(id: string): Point | undefined {
    const { base, mine, theirs } = three((draft) => pointOf(draft.layout, id), this.drafts);
    return (joined(base, mine, theirs, deepEqual)?.value ?? mine) ?? theirs;
  }

  private uncrowded(document: RuleDocument, layout: Layout): Layout {
    const boxes = boxesOf(nodesOf(document), layout);
    const inBoth = (id: string): boolean => this.drafts.theirs.layout.nodes[id] !== undefined;
    const crowding = [...boxes].filter(
      ([id, box]) =>
        !inBoth(id) &&
        [...boxes].some(([other, there]) => other !== id && inBoth(other) && near(box, there, COLUMN_GAP, PLAIN_GAP)),
    );
    const without = new Set(crowding.map(([id]) => id));
    return { ...layout, nodes: Object.fromEntries(Object.entries(layout.nodes).filter(([id]) => !without.has(id))) };
  }
}

/**
 * One draft of two: theirs, with everything of mine that is chosen. What nobody decided yet is taken as mine. An edge
 * whose card is not taken goes with it.
 */
export function merged(drafts: Three, parts: readonly Part[], choices: Choices): Draft {
  return new Merger(drafts, parts, choices).draft();
}
