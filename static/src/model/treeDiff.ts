import { below, canonical } from "./facets";
import { isGroup } from "./tree";
import type { Group, Json, JsonObject, TreeNode } from "./types";

/** A group or condition with its place: the key of the group around it (null: the root), and its JSON pointer. */
export type Item = { key: string; node: TreeNode; parent: string | null; pointer: string };

/** The root is the root whatever its id: a tree that is replaced as a whole keeps it. */
export const ROOT = "";

/** Every group and condition of a tree by id, in reading order; of items that share an id the later ones are counted. */
export function itemsOf(tree: Group): Map<string, Item> {
  const items = new Map<string, Item>();
  const free = (id: string): string => {
    let key = id;
    for (let nth = 2; items.has(key); nth += 1) key = `${id} ${nth}`;
    return key;
  };
  const visit = (node: TreeNode, key: string, parent: string | null, pointer: string): void => {
    items.set(key, { key, node, parent, pointer });
    if (!isGroup(node)) return;
    node.nodes.forEach((child, index) => {
      visit(child, free(child.id), key, below(below(pointer, "nodes"), index));
    });
  };
  visit(tree, ROOT, null, "/value");
  return items;
}

/** The keys of what stands directly in a group, in order. */
export function childrenOf(items: ReadonlyMap<string, Item>, parent: string): string[] {
  return [...items.values()].filter((item) => item.parent === parent).map((item) => item.key);
}

/** An item without what stands in it. */
export function ownContent(node: TreeNode): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([name]) => !(name === "nodes" && isGroup(node))));
}

export function sameContent(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b);
}

/** Beyond this many out of order, finding the fewest that moved costs more than it tells. */
const MOST_COMPARED = 40;

function longer(a: string[], b: string[]): string[] {
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a.join("\n") <= b.join("\n") ? a : b;
}

/** The longest run two orders share, and of equally long ones the first by name: the same whichever is given first. */
function commonRun(a: readonly string[], b: readonly string[]): string[] {
  let rows: string[][] = Array.from({ length: b.length + 1 }, () => []);
  for (const key of a.toReversed()) {
    const row: string[][] = Array.from({ length: b.length + 1 }, () => []);
    for (let at = b.length - 1; at >= 0; at -= 1) {
      const skipped = longer(rows[at] ?? [], row[at + 1] ?? []);
      row[at] = b[at] === key ? longer([key, ...(rows[at + 1] ?? [])], skipped) : skipped;
    }
    rows = row;
  }
  return rows[0] ?? [];
}

function sharedStart(a: readonly string[], b: readonly string[]): number {
  const end = a.findIndex((key, index) => key !== b[index]);
  return end < 0 ? a.length : end;
}

/** The fewest of the keys both lists hold that moved among them. */
export function reordered(before: readonly string[], after: readonly string[]): Set<string> {
  const a = before.filter((key) => after.includes(key));
  const b = after.filter((key) => before.includes(key));
  const start = sharedStart(a, b);
  const end = sharedStart(a.slice(start).toReversed(), b.slice(start).toReversed());
  const restless = a.slice(start, a.length - end);
  if (restless.length > MOST_COMPARED) return new Set(restless);
  const stay = commonRun(restless, b.slice(start, b.length - end));
  return new Set(restless.filter((key) => !stay.includes(key)));
}

/** `keys` with those of `more` it lacks, each behind the one it follows there. */
export function woven(keys: readonly string[], more: readonly string[]): string[] {
  const all = [...keys];
  more.forEach((key, index) => {
    if (!all.includes(key)) all.splice(all.indexOf(more[index - 1] ?? "") + 1, 0, key);
  });
  return all;
}
