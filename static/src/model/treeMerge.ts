import { isGroup } from "./tree";
import { childrenOf, itemsOf, ownContent, reordered, ROOT, sameContent, woven, type Item } from "./treeDiff";
import type { Group, JsonObject, TreeNode } from "./types";

type Items = ReadonlyMap<string, Item>;

/** What of two sides is new, when at most one of them is; undefined when both are and differ. */
export function joined<T>(base: T, mine: T, theirs: T, same: (a: T, b: T) => boolean): { value: T } | undefined {
  if (same(mine, theirs) || same(base, mine)) return { value: theirs };
  return same(base, theirs) ? { value: mine } : undefined;
}

function sameItem(a: Item | undefined, b: Item | undefined): boolean {
  if (!a || !b) return a === b;
  return a.parent === b.parent && sameContent(ownContent(a.node), ownContent(b.node));
}

/** The items both sides leave, each as the side has it that changed it; null when both changed one. */
function survivors(base: Items, mine: Items, theirs: Items): Map<string, Item> | null {
  const kept = new Map<string, Item>();
  for (const key of new Set([...theirs.keys(), ...mine.keys(), ...base.keys()])) {
    const item = joined(base.get(key), mine.get(key), theirs.get(key), sameItem);
    if (!item) return null;
    if (item.value) kept.set(key, item.value);
  }
  const orphan = [...kept.values()].some((item) => item.parent !== null && !isGroupAt(kept, item.parent));
  return orphan ? null : kept;
}

function isGroupAt(items: Items, key: string): boolean {
  const item = items.get(key);
  return item !== undefined && isGroup(item.node);
}

/** The order of a group's items: of the side that changed it, the other's new ones woven in; null when both did. */
function orderOf(parent: string, base: Items, mine: Items, theirs: Items): string[] | null {
  const [was, my, their] = [base, mine, theirs].map((items) => childrenOf(items, parent)) as [string[], string[], string[]];
  const iChanged = reordered(was, my).size > 0;
  if (iChanged && reordered(was, their).size > 0 && reordered(my, their).size > 0) return null;
  return iChanged ? woven(my, their) : woven(their, my);
}

/**
 * One condition tree with what either side changed since `base`: conditions that came, went, changed or moved on one
 * side only. Null when both sides touched one condition, or both put a group in another order.
 */
export function mergeTrees(base: Group, mine: Group, theirs: Group): Group | null {
  const sides = [itemsOf(base), itemsOf(mine), itemsOf(theirs)] as const;
  const kept = survivors(...sides);
  if (!kept) return null;
  const build = (key: string): TreeNode | null => {
    const item = kept.get(key);
    if (!item || !isGroup(item.node)) return item?.node ?? null;
    const keys = orderOf(key, ...sides);
    const nodes = keys?.filter((child) => kept.get(child)?.parent === key).map(build);
    if (!nodes?.every((node) => node !== null)) return null;
    return { ...(ownContent(item.node) as JsonObject & Group), nodes };
  };
  const root = build(ROOT);
  return root && isGroup(root) ? root : null;
}
