import { isObject, nodesOf } from "./graph";
import { LIMITS } from "./limits";
import type { FlowNode, Group, Json, JsonObject, Leaf, RuleDocument, TreeNode } from "./types";

/** Attributes of an alarm that are not tags. */
export const ATTRIBUTES = LIMITS.ownAttributes;
/** No rule nests this deep; the bound keeps an imported document from exhausting the stack. */
const DEEPEST = 64;

export function isStrings(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isLeaf(value: JsonObject): value is Leaf {
  if (value.type !== "text" && value.type !== "numerical") return false;
  const { match } = value;
  if (!isObject(match) || match.operate === undefined) return false;
  return typeof match.key === "string" && LIMITS.operators.includes(match.operate as string) && isStrings(match.value);
}

function isTreeNode(value: Json | undefined, depth: number): value is TreeNode {
  if (!isObject(value) || typeof value.id !== "string") return false;
  if (value.type !== "bool") return isLeaf(value);
  if (depth === 0 || (value.value !== "and" && value.value !== "or")) return false;
  return Array.isArray(value.nodes) && value.nodes.every((child) => isTreeNode(child, depth - 1));
}

export function isGroup(node: TreeNode): node is Group {
  return node.type === "bool";
}

/** A value as a condition tree; null when it is none this editor can read. */
export function readTree(value: Json | undefined): Group | null {
  return isTreeNode(value, DEEPEST) && isGroup(value) ? value : null;
}

/** The condition tree of a card; null when the card has none this editor can read (it is then kept, not edited). */
export function treeOf(node: FlowNode): Group | null {
  return readTree(node.value);
}

/** The combineConfig of a merge card, or null. */
export function combineOf(node: FlowNode): JsonObject | null {
  const config = isObject(node.value) ? node.value.combineConfig : undefined;
  return isObject(config) ? config : null;
}

/** The conditions of a tree, in reading order. */
export function leavesOf(tree: TreeNode): Leaf[] {
  return isGroup(tree) ? tree.nodes.flatMap(leavesOf) : [tree];
}

/** How many conditions a tree holds; groups do not count. */
export function countConditions(tree: TreeNode): number {
  return leavesOf(tree).length;
}

/** The group or condition with that id anywhere in the tree, its root included. */
export function findInTree(tree: TreeNode, id: string): TreeNode | undefined {
  if (tree.id === id) return tree;
  if (!isGroup(tree)) return undefined;
  for (const child of tree.nodes) {
    const found = findInTree(child, id);
    if (found) return found;
  }
  return undefined;
}

/** Every id in a tree, groups and conditions. */
export function treeIds(tree: TreeNode): string[] {
  return isGroup(tree) ? [tree.id, ...tree.nodes.flatMap(treeIds)] : [tree.id];
}

/** The tags the conditions of a rule ask for, each once, in order of first use. */
export function tagNames(doc: RuleDocument): string[] {
  const keys = nodesOf(doc).flatMap((node) => {
    const tree = treeOf(node);
    return tree ? leavesOf(tree).map((leaf) => leaf.match.key) : [];
  });
  return [...new Set(keys)].filter((key) => key !== "" && !ATTRIBUTES.includes(key));
}
