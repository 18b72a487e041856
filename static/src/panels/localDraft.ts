import type { RuleId } from "../api/rules";
import { t } from "../i18n";
import { deepEqual } from "../model/equal";
import { readResponses, withResponses } from "../model/responses";
import { isObject } from "../model/rule";
import type { Draft, Json } from "../model/types";
import { readLayout, type EditorStore } from "../store";

/** Work kept in this browser: the draft, the version it began from (0: never saved), and when it was kept. */
export type KeptDraft = { draft: Draft; version: number; at: number };

const PAUSE = 300;

function stemOf(ruleId: RuleId | null): string {
  return `groupflow.draft.${ruleId ?? "new"}.`;
}

function keyOf(ruleId: RuleId | null, version: number): string {
  return `${stemOf(ruleId)}${version}`;
}

function keyNow(store: EditorStore): string {
  const { ruleId, saved } = store.getState();
  return keyOf(ruleId, saved?.version ?? 0);
}

function readDraft(text: string, version: number): KeptDraft | null {
  try {
    const kept = JSON.parse(text) as Json;
    if (!isObject(kept) || !isObject(kept.document) || typeof kept.at !== "number") return null;
    const draft = { document: kept.document, layout: readLayout(kept.layout) };
    return { draft: withResponses(draft, readResponses(kept.responses)), version, at: kept.at };
  } catch {
    // Not ours, or cut short by a full disk: there is nothing to offer.
    return null;
  }
}

/** The newest draft this browser kept of the open rule, from whatever version, if it differs from what is open. */
export function keptDraft(store: EditorStore): KeptDraft | null {
  const { ruleId, history } = store.getState();
  const stem = stemOf(ruleId);
  const drafts = Object.keys(localStorage).flatMap((key) => {
    const version = key.startsWith(stem) ? Number(key.slice(stem.length)) : NaN;
    return Number.isInteger(version) ? (readDraft(localStorage.getItem(key) ?? "", version) ?? []) : [];
  });
  const newest = drafts.toSorted((a, b) => b.at - a.at)[0];
  return newest === undefined || deepEqual(newest.draft, history.present) ? null : newest;
}

/**
 * Makes a kept draft the present one. One begun from an earlier version keeps that version's ETag: saving it is
 * refused with who saved since, instead of overwriting them unseen.
 */
export function restoreDraft(store: EditorStore, { draft, version }: KeptDraft): void {
  const { saved, apply } = store.getState();
  apply(t("Restore the draft"), () => draft);
  if (saved && version < saved.version) store.setState({ saved: { ...saved, version, etag: `"v${version}"` } });
}

/** Throws away what this browser kept of a version of the open rule. */
export function forgetDraft(store: EditorStore, version = store.getState().saved?.version ?? 0): void {
  localStorage.removeItem(keyOf(store.getState().ruleId, version));
}

function keep(key: string, draft: Draft): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...draft, at: Date.now() }));
  } catch {
    // A full or forbidden storage must not stop the work; saving to the server still does its part.
  }
}

/** Keeps the draft in this browser while it differs from the saved version. Answers how to stop. */
export function keepDrafts(store: EditorStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let key = keyNow(store);
  const outgrown = new Set<string>();
  const dropOutgrown = (): void => {
    for (const old of outgrown) localStorage.removeItem(old);
    outgrown.clear();
  };
  const write = (): void => {
    timer = undefined;
    outgrown.delete(key);
    if (store.getState().dirty()) keep(key, store.getState().history.present);
    else forgetDraft(store);
  };
  // What was done in the last moment before the page goes is kept too.
  const leave = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    write();
  };
  window.addEventListener("pagehide", leave);
  const unsubscribe = store.subscribe((state, before) => {
    if (state.history === before.history && state.saved === before.saved) return;
    clearTimeout(timer);
    if (keyNow(store) !== key) {
      if (timer !== undefined) keep(key, before.history.present);
      outgrown.add(key);
      key = keyNow(store);
    }
    // What stood here before another version was taken in is kept until something is saved on top of it.
    if (state.saving && state.saved !== before.saved) dropOutgrown();
    timer = setTimeout(write, PAUSE);
  });
  return () => {
    clearTimeout(timer);
    window.removeEventListener("pagehide", leave);
    unsubscribe();
  };
}
