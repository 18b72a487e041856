import { create } from "zustand";

import type { Item } from "../../model/outlineTree";

/** How the outline is shown on this page; nothing here is saved or undone. */
type OutlineState = {
  /** The rows whose insides are folded away. */
  folded: ReadonlySet<string>;
  /** The row in the tab order, and where in the list it stood: its neighbour takes over when it goes. */
  current: string | null;
  at: number;
  /** The row to focus as soon as it is drawn. */
  wish: string | null;
};

export const useOutline = create<OutlineState>()(() => ({ folded: new Set(), current: null, at: 0, wish: null }));

/** The one row in the tab order: the current one, or what stands in its place. */
export function stopOf(items: readonly Item[], { current, at }: Pick<OutlineState, "current" | "at">): string | null {
  const known = items.find(({ key }) => key === current);
  return (known ?? items[Math.min(at, items.length - 1)])?.key ?? null;
}

/** Makes a row the one in the tab order. */
export function setCurrent(items: readonly Item[], key: string): void {
  const at = items.findIndex((item) => item.key === key);
  useOutline.setState(at < 0 ? { current: key } : { current: key, at });
}

/** Folds or unfolds rows. */
export function fold(keys: readonly string[], away: boolean): void {
  useOutline.setState(({ folded }) => {
    const next = new Set(folded);
    for (const key of keys) {
      if (away) next.add(key);
      else next.delete(key);
    }
    return { folded: next };
  });
}
