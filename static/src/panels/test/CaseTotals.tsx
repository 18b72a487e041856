import { n } from "../../i18n";
import { Icon } from "../../parts/Icon";
import { editor } from "../../store";
import { openTest, useTest } from "./testing";

/** How the saved cases came out: all of them, and those that failed. A case that was not run yet has not failed. */
function useCaseTotals(): { all: number; failed: number } {
  const all = useTest((state) => state.cases.length);
  const failed = useTest(({ cases, outcomes }) => cases.filter(({ name }) => (outcomes.get(name)?.misses.length ?? 0) > 0).length);
  return { all, failed };
}

/** "1 of 3 test cases failed" or "3 test cases passed". */
function totalWords({ all, failed }: { all: number; failed: number }): string {
  if (failed > 0) return n(failed, "{failed} of {all} test cases failed", "{failed} of {all} test cases failed", { failed, all });
  return n(all, "{count} test case passed", "{count} test cases passed");
}

/** The saved cases as a badge: how many failed, else how many there are. Nothing without cases. */
export function CaseTotals() {
  const totals = useCaseTotals();
  const { all, failed } = totals;
  if (all === 0) return null;
  return (
    <span className={failed > 0 ? "badge error num" : "chip num"} title={totalWords(totals)}>
      <Icon name={failed > 0 ? "error" : "ok"} />
      {failed > 0 ? failed : all}
    </span>
  );
}

/** The saved cases in the status bar; leads to the panel. Nothing without cases. */
export function CaseStatus() {
  const totals = useCaseTotals();
  const isRun = useTest(({ cases, outcomes, casesAsking }) => {
    const answered = casesAsking.state === "current" || casesAsking.state === "asking";
    return answered && cases.every(({ name }) => outcomes.has(name));
  });
  if (totals.all === 0) return null;
  const { failed } = totals;
  return (
    <button type="button" className={`row status-found ${failed > 0 ? "error" : ""}`} data-testid="case-status" onClick={() => { openTest(editor); }}>
      <Icon name={failed > 0 ? "error" : "ok"} />
      {isRun ? totalWords(totals) : n(totals.all, "{count} test case, not run", "{count} test cases, not run")}
    </button>
  );
}
