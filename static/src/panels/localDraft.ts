import type { RuleId } from "../api/rules";
import { deepEqual } from "../model/equal";
import { isObject } from "../model/rule";
import type { Draft, Json } from "../model/types";
import { readLayout, type EditorStore } from "../store";

/** Work kept in this browser: the draft, the version it began from (0: never saved), and when it was kept. */
export type KeptDraft = { draft: Draft; version: number; at: number };

const PAUSE = 300;

function keyOf(ruleId: RuleId | null, version: number): string {
  return `groupflow.draft.${ruleId ?? "new"}.${version}`;
}

function keyNow(store: EditorStore): string {
  const { ruleId, saved } = store.getState();
  return keyOf(ruleId, saved?.version ?? 0);
}

/** The draft this browser kept of the open rule and version, if it differs from what is open. */
export function keptDraft(store: EditorStore): KeptDraft | null {
  const text = localStorage.getItem(keyNow(store));
  if (text === null) return null;
  try {
    const kept = JSON.parse(text) as Json;
    if (!isObject(kept) || !isObject(kept.document) || typeof kept.at !== "number") return null;
    const draft = { document: kept.document, layout: readLayout(kept.layout) };
    const { present } = store.getState().history;
    if (deepEqual(draft, present)) return null;
    return { draft, version: store.getState().saved?.version ?? 0, at: kept.at };
  } catch {
    // Not ours, or cut short by a full disk: there is nothing to offer.
    return null;
  }
}

export function forgetDraft(store: EditorStore): void {
  localStorage.removeItem(keyNow(store));
}

function keep(store: EditorStore): void {
  const { document, layout } = store.getState().history.present;
  try {
    localStorage.setItem(keyNow(store), JSON.stringify({ document, layout, at: Date.now() }));
  } catch {
    // A full or forbidden storage must not stop the work; saving to the server still does its part.
  }
}

/** Keeps the draft in this browser while it differs from the saved version. Answers how to stop. */
export function keepDrafts(store: EditorStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let key = keyNow(store);
  const unsubscribe = store.subscribe((state, before) => {
    if (state.history === before.history && state.saved === before.saved) return;
    clearTimeout(timer);
    if (keyNow(store) !== key) {
      localStorage.removeItem(key);
      key = keyNow(store);
    }
    timer = setTimeout(() => {
      if (store.getState().dirty()) keep(store);
      else forgetDraft(store);
    }, PAUSE);
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}
