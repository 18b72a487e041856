/** Rules for tests: the published one, ones drawn in arrows, and generated ones. */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { arrangeTree } from "../model/arrange";
import * as commands from "../model/commands";
import { edgesOf, exitsOf, isObject, kindOf, nodesOf, treeIds, treeOf } from "../model/rule";
import type { Draft, Exit, FlowEdge, FlowNode, Json, JsonObject, RuleDocument } from "../model/types";

export type Arrow = readonly [source: string, exit: Exit, target: string];

/** The text of a file of the shared test documents. */
export function documentText(path: string): string {
  return readFileSync(`${import.meta.dirname}/../../../tests/documents/${path}`, "utf8");
}

export function publishedSample(): RuleDocument {
  return JSON.parse(documentText("good/published-sample.json")) as RuleDocument;
}

export function draftOf(document: RuleDocument): Draft {
  return { document, layout: arrangeTree(document) };
}

export function leaf(id: string, key = "team", value: string[] = ["a"]): JsonObject {
  return { id, type: "text", match: { key, operate: "EQUALS", value } };
}

export function conditionCard(id: string, leaves = 1): FlowNode {
  const nodes = Array.from({ length: leaves }, (_, index) => leaf(`${id}-leaf${index}`));
  const value = { id: `${id}-root`, type: "bool", value: "and", nodes };
  return { id, type: "Card", businessType: "GroupCondition", value };
}

export function mergeCard(id: string): FlowNode {
  const combineConfig = {
    group_by: ["resource_provider"],
    group_wait: 15,
    group_interval: 60,
    group_repeat_waiting: 3600,
    bind_notification_rule_ids: ["oncall"],
  };
  return { id, type: "Card", businessType: "CombineConf", value: { id: `${id}-conf`, combineConfig } };
}

/** A node by the first letter of its id: s(tart), e(nd), c(ondition), m(erge). */
export function card(id: string): FlowNode {
  if (id.startsWith("s")) return { id, type: "Start" };
  if (id.startsWith("e")) return { id, type: "End" };
  return id.startsWith("c") ? conditionCard(id) : mergeCard(id);
}

export function edge([source, exit, target]: Arrow): FlowEdge {
  const plain = { id: `${source}.${exit}.${target}`, source, target };
  return exit === "plain" ? plain : { ...plain, value: exit };
}

/** A rule from arrows such as "s plain c1" and, for cards without an arrow, their bare ids. */
export function drawn(...lines: string[]): RuleDocument {
  const parts = lines.map((line) => line.split(" "));
  const arrows = parts.filter((words) => words.length === 3) as unknown as Arrow[];
  const ids = new Set(parts.flatMap((words) => (words.length === 3 ? [words[0], words[2]] : words)));
  const nodes = [...ids].filter((id) => id !== undefined).map(card);
  return { name: "drawn", match_v3: { nodes, edges: arrows.map(edge) } };
}

type Sprout = { leaves: number; true: Sprout | null; false: Sprout | null } | "merge";

const sprout = fc.letrec<{ sprout: Sprout; card: Sprout | null }>((tie) => ({
  card: fc.option(tie("sprout"), { freq: 5, depthSize: "small" }),
  sprout: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constant<Sprout>("merge"),
    fc.record({ leaves: fc.integer({ min: 1, max: 9 }), true: tie("card"), false: tie("card") }),
  ),
})).sprout;

class Grower {
  readonly nodes: JsonObject[] = [{ id: "start", type: "Start", kept: { by: "import" } }];
  readonly edges: JsonObject[] = [];
  private count = 0;

  grow(from: string, exit: Exit, what: Sprout | null): void {
    if (what === null) return;
    this.count += 1;
    const id = `${what === "merge" ? "m" : "c"}${this.count}`;
    const node = what === "merge" ? mergeCard(id) : conditionCard(id, what.leaves);
    this.nodes.push({ unknown: this.count, ...node });
    this.edges.push({ ...edge([from, exit, id]), label: null });
    if (what === "merge") return;
    this.grow(id, "true", what.true);
    this.grow(id, "false", what.false);
  }
}

/** Trees of conditions and merge cards with an End that the last merge card may lead to, and members nobody knows. */
export const treeRules: fc.Arbitrary<RuleDocument> = fc.tuple(sprout, fc.boolean()).map(([top, ends]) => {
  const grower = new Grower();
  grower.grow("start", "plain", top);
  grower.nodes.push({ id: "end", type: "End" });
  const last = grower.nodes.findLast((node) => node.businessType === "CombineConf");
  if (ends && last) grower.edges.push(edge([last.id as string, "plain", "end"]));
  const match_v3 = { version: 3, nodes: grower.nodes, edges: grower.edges, extra: [1, { a: null }] };
  return { tags: ["kept"], name: "generated", match_v3, later: { added: true } };
});

/** Any rule of known cards, sound or not: loops, joins, two edges from one exit. */
export const wildRules: fc.Arbitrary<RuleDocument> = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 0, max: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom<Exit>("plain", "true", "false"), fc.nat()), { maxLength: 16 }),
  )
  .map(([conditions, merges, picks]) => {
    const ids = ["start", "end"];
    for (let index = 0; index < conditions; index += 1) ids.push(`c${index}`);
    for (let index = 0; index < merges; index += 1) ids.push(`m${index}`);
    const at = (pick: number): string => ids[pick % ids.length] ?? "start";
    const edges = picks.map(([source, exit, target], index) => ({
      ...edge([at(source), exit, at(target)]),
      id: `edge${index}`,
    }));
    return { name: "wild", match_v3: { nodes: ids.map(card), edges } };
  });

export type Edit = { name: string; run: (draft: Draft) => Draft };

function pick<T>(items: readonly T[], seed: number): T | undefined {
  return items[seed % Math.max(1, items.length)];
}

function exitOn(draft: Draft, seed: number): { id: string; exit: Exit } {
  const node = pick(nodesOf(draft.document), seed);
  return { id: node?.id ?? "", exit: (node && pick(exitsOf(kindOf(node)), seed >> 4)) ?? "plain" };
}

function someId(draft: Draft, seed: number): string {
  return pick(nodesOf(draft.document), seed)?.id ?? "";
}

function someEdge(draft: Draft, seed: number): string {
  return pick(edgesOf(draft.document), seed)?.id ?? "";
}

function inTree(draft: Draft, seed: number): [card: string, item: string] {
  const withTree = nodesOf(draft.document).filter((node) => treeOf(node));
  const node = pick(withTree, seed);
  const tree = node && treeOf(node);
  return [node?.id ?? "", (tree && pick(treeIds(tree), seed >> 3)) ?? ""];
}

type Run = (draft: Draft, a: number, b: number) => Draft;

const RUNS: Record<string, Run> = {
  addCondition: (draft, a, b) =>
    commands.addCard(draft, "condition", b % 2 ? { x: a, y: b } : null, exitOn(draft, a)).draft,
  addMerge: (draft, a) => commands.addCard(draft, "combine", null, exitOn(draft, a)).draft,
  addEnd: (draft, a) => commands.addCard(draft, "end", null, exitOn(draft, a)).draft,
  connect: (draft, a, b) => commands.connect(draft, exitOn(draft, a), someId(draft, b)),
  disconnect: (draft, a) => commands.disconnect(draft, someEdge(draft, a)),
  removeNodes: (draft, a, b) => commands.removeNodes(draft, [someId(draft, a), someId(draft, b)]),
  moveNodes: (draft, a, b) => commands.moveNodes(draft, { [someId(draft, a)]: { x: b, y: a } }),
  insertOnEdge: (draft, a) => commands.insertOnEdge(draft, someEdge(draft, a), "condition").draft,
  setName: (draft, a) => commands.setRuleMember(draft, "name", `rule${a}`),
  setDesc: (draft, a) => commands.setRuleMember(draft, "desc", `text ${a}`),
  setMatch: (draft, a, b) => commands.setMatch(draft, ...inTree(draft, a), { key: `tag${b}`, value: [`v${b}`] }),
  setExist: (draft, a) => commands.setMatch(draft, ...inTree(draft, a), { operate: "EXIST" }),
  addLeaf: (draft, a) => commands.addCondition(draft, ...inTree(draft, a)).draft,
  addGroup: (draft, a) => commands.addGroup(draft, ...inTree(draft, a)).draft,
  removeFromTree: (draft, a) => commands.removeFromTree(draft, ...inTree(draft, a)),
  setJoin: (draft, a, b) => commands.setJoin(draft, ...inTree(draft, a), b % 2 ? "and" : "or"),
  moveInTree: (draft, a, b) => commands.moveInTree(draft, ...inTree(draft, a), b % 2 ? -1 : 1),
  setCombine: (draft, a, b) => commands.setCombine(draft, someId(draft, a), { group_wait: b % 600 }),
  setMergeBy: (draft, a, b) =>
    commands.setMergeBy(
      draft,
      someId(draft, a),
      b % 2 ? { ai_group_by: ["tag"] } : { group_by: ["resource_provider"] },
    ),
};

/** Any command of the model with arguments chosen from what the draft holds. */
export const edits: fc.Arbitrary<Edit> = fc
  .tuple(fc.constantFrom(...Object.entries(RUNS)), fc.nat({ max: 9999 }), fc.nat({ max: 9999 }))
  .map(([[name, run], a, b]) => ({ name, run: (draft) => run(draft, a, b), toString: () => `${name}(${a}, ${b})` }));

const STRANGE = "strange";

/** The value with a member nobody knows in every object of it. */
export function withStrangers(value: Json): Json {
  if (Array.isArray(value)) return value.map(withStrangers);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, withStrangers(member)] as const);
  return { [STRANGE]: { was: "here" }, ...Object.fromEntries(members) };
}

/** The ids of all objects that still carry their unknown member. */
export function strangersIn(value: Json): Set<string> {
  const found = new Set<string>();
  const look = (item: Json): void => {
    if (Array.isArray(item)) item.forEach(look);
    else if (isObject(item)) {
      if (typeof item.id === "string" && isObject(item[STRANGE])) found.add(item.id);
      Object.values(item).forEach(look);
    }
  };
  look(value);
  return found;
}
