import { create } from "zustand";

import { checkRule } from "../api/rules";
import { n, t } from "../i18n";
import { fixOf, mend, mendAll } from "../model/mend";
import type { Draft, Finding, Fix } from "../model/types";
import { readOnlyReason } from "../readOnly";
import { editor } from "../store";
import { speak } from "./ui";

type MendingState = {
  /** The number of the row in the list of problems to focus as soon as the next check has answered. */
  rowWish: number | null;
  /** Whether all is being mended. */
  all: boolean;
};

export const useMending = create<MendingState>()(() => ({ rowWish: null, all: false }));

/** Does a fix in one step. False where it does not fit the draft, which has changed since it was checked. */
export function mendFinding({ title, patch }: Fix): boolean {
  const { history, apply, runCheck } = editor.getState();
  apply(title, (draft) => mend(draft, { title, patch }));
  if (editor.getState().history === history) {
    runCheck();
    return false;
  }
  speak(t("Mended: {what}", { what: title }));
  return true;
}

/** The number of the problem whose row, or button, has the focus; null elsewhere. */
function focusedRow(): number | null {
  const row = document.activeElement?.closest<HTMLElement>("[data-problem]");
  return row ? Number(row.dataset.problem) : null;
}

/** Findings as the list of problems shows them, worst first. */
export function listedFindings(findings: Finding[]): Finding[] {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}

function focusedFix(): { row: number; fix: Fix } | null {
  const row = focusedRow();
  const finding = row === null ? undefined : listedFindings(editor.getState().findings)[row - 1];
  const fix = finding ? fixOf(finding) : null;
  return row === null || fix === null ? null : { row, fix };
}

/** Why the problem in focus cannot be mended now, or null. */
export function mendFocusedReason(): string | null {
  return readOnlyReason() ?? (focusedFix() ? null : t("Go to a problem with a mend first."));
}

/** Mends the problem in focus; the one that takes its row gets the focus. */
export function mendFocused(): void {
  const focused = focusedFix();
  if (focused) mendRow(focused.row, focused.fix);
}

/** Mends the problem of a row. */
export function mendRow(row: number, fix: Fix): void {
  if (mendFinding(fix)) useMending.setState({ rowWish: row });
}

/** Mending may uncover more to mend, and one answer tells a bounded number of fixes. */
const ROUNDS = 20;

async function mendedThrough(first: Draft, findings: Finding[]): Promise<{ draft: Draft; count: number }> {
  let { draft, count } = mendAll(first, findings);
  for (let round = 1, last = count; round < ROUNDS && last > 0; round += 1) {
    const more = mendAll(draft, (await checkRule(draft.document)).findings);
    ({ draft } = more);
    last = more.count;
    count += last;
  }
  return { draft, count };
}

/** Why not all can be mended now, or null: the list may tell of a rule that is another by now. */
export function mendAllReason(): string | null {
  if (useMending.getState().all) return t("Mending…");
  return editor.getState().findingsState === "checking" ? t("Checking…") : null;
}

/** Does every certain fix, and those that come to light by it, in one step. */
export async function mendEverything(): Promise<void> {
  if (mendAllReason() !== null) return;
  useMending.setState({ all: true });
  try {
    await mendDraft(editor.getState().history.present);
  } finally {
    useMending.setState({ all: false });
  }
}

async function mendDraft(before: Draft): Promise<void> {
  const { findings, apply, setNotice } = editor.getState();
  // Where nobody answers, what is known to be certain is done.
  const { draft, count } = await mendedThrough(before, findings).catch(() => mendAll(before, findings));
  if (editor.getState().history.present !== before) {
    setNotice({ kind: "info", text: t("The rule has changed meanwhile. Nothing was mended.") });
    return;
  }
  apply(t("Mend all"), () => draft);
  useMending.setState({ rowWish: 1 });
  speak(n(count, "{count} problem mended", "{count} problems mended"));
}
