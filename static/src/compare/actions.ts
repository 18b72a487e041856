import type { Action } from "../actions";
import { t } from "../i18n";
import { step, useCompare } from "./state";

function nothing(): string | null {
  return useCompare.getState().rows.length === 0 ? t("Nothing differs") : null;
}

export const NEXT: Action = {
  id: "next-change",
  label: () => t("Next change"),
  chords: [{ key: "n" }],
  reason: nothing,
  run: () => { step(1); },
};

export const PREVIOUS: Action = {
  id: "previous-change",
  label: () => t("Previous change"),
  chords: [{ key: "p" }],
  reason: nothing,
  run: () => { step(-1); },
};

/** What a key can do on the page that compares. */
export const COMPARE_ACTIONS: readonly Action[] = [NEXT, PREVIOUS];
