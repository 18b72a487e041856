export type Change = { from: number; to: number; insert: string };

/** The one change that makes `text` of `before` and touches least: caret, folds and marks elsewhere stay. */
export function changeTo(before: string, text: string): Change {
  const most = Math.min(before.length, text.length);
  let from = 0;
  while (from < most && before[from] === text[from]) from += 1;
  let same = 0;
  while (same < most - from && before.at(-1 - same) === text.at(-1 - same)) same += 1;
  return { from, to: before.length - same, insert: text.slice(from, text.length - same) };
}
