import { create } from "zustand";

import { Problem, Unreachable } from "../api/client";
import { getVersion, type RuleBody } from "../api/rules";
import { t } from "../i18n";
import { storedDraft } from "../store";
import { compare, rowsOf, spokenRow, type Comparison, type Row } from "./rows";

export type VersionSummary = { version: number; author: string; created: string; message: string };
export type Sides = { before: RuleBody; after: RuleBody };
export type CompareBootstrap = Sides & {
  rule: { id: string; name: string };
  versions: VersionSummary[];
  language: string;
  catalog: Record<string, string>;
};
/** Both versions in one picture, or one of them as it is. */
export type View = "both" | "before" | "after";

export type CompareState = {
  rule: { id: string; name: string };
  versions: VersionSummary[];
  sides: Sides | null;
  comparison: Comparison | null;
  rows: Row[];
  /** Which of the rows is shown; null before one was chosen. */
  current: number | null;
  view: View;
  failed: string;
  /** What the live region reads out. */
  spoken: string;
};

export const useCompare = create<CompareState>()(() => ({
  rule: { id: "", name: "" },
  versions: [],
  sides: null,
  comparison: null,
  rows: [],
  current: null,
  view: "both",
  failed: "",
  spoken: "",
}));

/** Puts two versions beside one another. */
function show(sides: Sides): void {
  const comparison = compare(storedDraft(sides.before), storedDraft(sides.after));
  useCompare.setState({ sides, comparison, rows: rowsOf(comparison), current: null, failed: "" });
}

/** Opens the page with what the server put on it. */
export function openCompare({ rule, versions, before, after }: CompareBootstrap): void {
  useCompare.setState({ rule, versions });
  show({ before, after });
}

function reasonOf(error: unknown): string {
  if (error instanceof Problem || error instanceof Unreachable) return error.message;
  throw error;
}

let asked = 0;

/** Takes another version on one side, and says so in the address. */
export async function choose(side: "before" | "after", version: number): Promise<void> {
  const { rule, sides } = useCompare.getState();
  if (!sides) return;
  asked += 1;
  const mine = asked;
  try {
    const body = await getVersion(rule.id, version);
    // A slower answer to an earlier choice must not replace a later one.
    if (mine !== asked) return;
    const chosen = { ...sides, [side]: body };
    show(chosen);
    window.history.replaceState(null, "", `?from=${chosen.before.version}&to=${chosen.after.version}`);
    useCompare.setState({ spoken: foundWords() });
  } catch (error) {
    useCompare.setState({ failed: reasonOf(error) });
  }
}

function foundWords(): string {
  const { rows, sides } = useCompare.getState();
  const params = { count: rows.length, from: sides?.before.version ?? 0, to: sides?.after.version ?? 0 };
  return rows.length === 0 ? t("Nothing differs") : t("{count} changes from v{from} to v{to}", params);
}

/** Shows one entry of the list, in the picture too. */
export function goToChange(index: number): void {
  const { rows } = useCompare.getState();
  const row = rows[index];
  if (!row) return;
  const params = { number: index + 1, count: rows.length, change: spokenRow(row) };
  useCompare.setState({ current: index, spoken: t("Change {number} of {count}: {change}", params) });
}

/** On to the next (1) or back to the previous (-1) change, around the ends. */
export function step(delta: 1 | -1): void {
  const { rows, current } = useCompare.getState();
  if (rows.length === 0) return;
  const from = current ?? (delta === 1 ? -1 : 0);
  goToChange((from + delta + rows.length) % rows.length);
}

/** Shows what changed about a card, if anything did. */
export function goToChangeOf(id: string): void {
  goToChange(useCompare.getState().rows.findIndex(({ cards }) => cards.includes(id)));
}
