import type { RuleId } from "../../api/rules";
import { keptCases, type TestCase } from "../../model/cases";
import type { EditorStore } from "../../store";

function keyOf(ruleId: RuleId | null): string {
  return `groupflow.cases.${ruleId ?? "new"}`;
}

/** The cases this browser keeps for the open rule. */
export function keptCasesOf(store: EditorStore): TestCase[] {
  return keptCases(localStorage.getItem(keyOf(store.getState().ruleId)));
}

/**
 * Keeps the cases of the open rule in this browser; those of a rule that was new until now move along with it.
 * False when the browser refuses, full or forbidden as its storage may be.
 */
export function keepCases(store: EditorStore, cases: readonly TestCase[]): boolean {
  const { ruleId } = store.getState();
  try {
    if (ruleId !== null) localStorage.removeItem(keyOf(null));
    if (cases.length === 0) localStorage.removeItem(keyOf(ruleId));
    else localStorage.setItem(keyOf(ruleId), JSON.stringify(cases));
    return true;
  } catch {
    return false;
  }
}
