import { outlineOf, type Row } from "./outline";
import type { ExitRef, RuleDocument } from "./types";

/** A row of the outline as a tree shows it: what it hangs under, and which of how many it is there, from 1. */
export type Item = {
  row: Row;
  /** Its name in the tree: a card keeps it wherever it moves, an open or repeated branch by its exit. */
  key: string;
  level: number;
  position: number;
  size: number;
  parent: string | null;
  /** Whether rows hang under it, which can be folded away. */
  holds: boolean;
};

export function keyOfCard(id: string): string {
  return `card ${id}`;
}

function keyOf({ id, from, again, open }: Row): string {
  return from && (again || open !== undefined) ? `${from.exit} ${from.id}` : keyOfCard(id);
}

/** The rows of a rule with their places in the tree. The false side of a condition stands beside it, as an else. */
export function itemsOf(doc: RuleDocument): Item[] {
  const rows = outlineOf(doc);
  const above: string[] = [];
  const counts = new Map<string | null, number>();
  const items = rows.map((row, index): Item => {
    const key = keyOf(row);
    above.length = row.depth;
    const parent = above[row.depth - 1] ?? null;
    above[row.depth] = key;
    const position = (counts.get(parent) ?? 0) + 1;
    counts.set(parent, position);
    const holds = (rows[index + 1]?.depth ?? 0) > row.depth;
    return { row, key, level: row.depth + 1, position, size: 0, parent, holds };
  });
  return items.map((item) => ({ ...item, size: counts.get(item.parent) ?? 1 }));
}

/** The items that no folded one hides. */
export function unfolded(items: readonly Item[], folded: ReadonlySet<string>): Item[] {
  const hidden = new Set<string>();
  return items.filter(({ key, parent }) => {
    const hides = parent !== null && (hidden.has(parent) || folded.has(parent));
    if (hides) hidden.add(key);
    return !hides;
  });
}

/** The keys of everything an item hangs under, nearest first. */
export function aboveOf(items: readonly Item[], key: string): string[] {
  const parent = items.find((item) => item.key === key)?.parent ?? null;
  return parent === null ? [] : [parent, ...aboveOf(items, parent)];
}

/** The row at the other end of an exit: the card it leads to, or what stands in its place. */
export function itemAt(items: readonly Item[], { id, exit }: ExitRef): Item | undefined {
  return items.find(({ row: { from } }) => from?.id === id && from.exit === exit);
}

/** The first of the items after `key`, going round, whose words begin with `typed`. */
export function typedAhead(
  items: readonly Item[],
  key: string,
  typed: string,
  wordsOf: (item: Item) => string,
): Item | undefined {
  const at = items.findIndex((item) => item.key === key);
  // One letter goes on to the next row; a longer word may be that of the row itself.
  const start = typed.length > 1 ? at : at + 1;
  const round = [...items.slice(start), ...items.slice(0, start)];
  const wanted = typed.toLocaleLowerCase();
  return round.find((item) => wordsOf(item).toLocaleLowerCase().startsWith(wanted));
}
