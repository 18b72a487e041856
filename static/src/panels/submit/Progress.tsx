import { useEffect, useState } from "react";

import { latestSubmission, type Submission } from "../../api/submissions";
import { t } from "../../i18n";
import { useEditor } from "../../store";

/** Milliseconds between two questions how far it is. */
const PAUSE = 1000;

function stepWords(submission: Submission | null): string {
  if (submission === null || submission.finished !== null) return t("Submitting…");
  if (submission.state === "prepared") return t("Looking at what is over there…");
  if (submission.state === "unknown") return t("No clear answer came. Reading back what is over there…");
  return submission.attempts > 1 ? t("Nothing had changed over there. Sending once more…") : t("Sending…");
}

/** How far the submission is that an answer is awaited for. */
export function Progress() {
  const ruleId = useEditor((state) => state.ruleId);
  const [latest, setLatest] = useState<Submission | null>(null);
  useEffect(() => {
    if (ruleId === null) return undefined;
    // An answer that does not come is no news; the next question is asked all the same.
    const asking = setInterval(() => { latestSubmission(ruleId).then(setLatest, () => undefined); }, PAUSE);
    return () => { clearInterval(asking); };
  }, [ruleId]);
  return <p className="note" role="status" data-testid="submit-progress">{stepWords(latest)}</p>;
}
