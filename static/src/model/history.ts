import type { Draft } from "./types";

/** One step: what it was called and the draft on its other side (before it in `past`, after it in `future`). */
export type Entry = { label: string; draft: Draft; mergeKey?: string };
export type History = { past: Entry[]; present: Draft; future: Entry[] };

const CAP = 100;

export function begin(draft: Draft): History {
  return { past: [], present: draft, future: [] };
}

/**
 * The history after one more edit. The same draft records nothing. An edit with the merge key of the step
 * before it joins that step, so that typing a word is one undo.
 */
export function record(history: History, label: string, draft: Draft, mergeKey?: string): History {
  if (draft === history.present) return history;
  const last = history.past.at(-1);
  const joins = mergeKey !== undefined && last?.mergeKey === mergeKey && history.future.length === 0;
  if (joins) return { ...history, present: draft };
  const entry: Entry = { label, draft: history.present, ...(mergeKey === undefined ? {} : { mergeKey }) };
  return { past: [...history.past, entry].slice(-CAP), present: draft, future: [] };
}

/** Ends the current run of joined edits: the next one is a step of its own. */
export function seal(history: History): History {
  const last = history.past.at(-1);
  if (last?.mergeKey === undefined) return history;
  return { ...history, past: [...history.past.slice(0, -1), { label: last.label, draft: last.draft }] };
}

export function canUndo(history: History): boolean {
  return history.past.length > 0;
}

export function canRedo(history: History): boolean {
  return history.future.length > 0;
}

export function undo(history: History): History {
  const last = history.past.at(-1);
  if (!last) return history;
  const undone: Entry = { label: last.label, draft: history.present };
  return { past: history.past.slice(0, -1), present: last.draft, future: [undone, ...history.future] };
}

export function redo(history: History): History {
  const [next, ...rest] = history.future;
  if (!next) return history;
  const redone: Entry = { label: next.label, draft: history.present };
  return { past: [...history.past, redone], present: next.draft, future: rest };
}
