import { create } from "zustand";

import type { Exit } from "../model/types";
import type { ConditionResult, Way } from "../model/way";

/** The way of an alarm that is lit on the canvas; null while none is tested. */
export const useWay = create<{ way: Way | null }>()(() => ({ way: null }));

/** How a card or an edge stands to the lit way: on it, beside it, or no way is lit. */
export type OnWay = "on" | "off" | null;

/** How the card `id` stands to the lit way. */
export function useCardOnWay(id: string): OnWay {
  return useWay(({ way }) => (way ? (way.steps.has(id) ? "on" : "off") : null));
}

/** How the edge `id` stands to the lit way. */
export function useEdgeOnWay(id: string): OnWay {
  return useWay(({ way }) => (way ? (way.edges.has(id) ? "on" : "off") : null));
}

/** Whether the lit way ends at an open exit of a card. */
export function useStopsAt(id: string, exit: Exit | undefined): boolean {
  return useWay(({ way }) => way?.broken?.why === "open" && way.broken.node === id && way.broken.exit === exit);
}

/** The classes of what is on the lit way, or beside it. */
export function wayLook(onWay: OnWay): string {
  return onWay === null ? "" : onWay === "on" ? "is-lit" : "is-dim";
}

/** How a condition of a card came out for the tested alarm; null when the way does not pass there. */
export function useConditionResult(cardId: string, conditionId: string): ConditionResult | null {
  return useWay(({ way }) => way?.steps.get(cardId)?.conditions.find(({ id }) => id === conditionId) ?? null);
}
