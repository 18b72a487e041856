import { useState } from "react";

import { lookAgain, type Submission } from "../../api/submissions";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { learn } from "./learn";

/** Reads back, once more, what a person was asked about. */
export function LookAgain({ submission }: { submission: Submission }) {
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const look = (): void => {
    setAsking(true);
    setRefused(null);
    lookAgain(submission.id).then(
      learn,
      (error: unknown) => { setRefused(error instanceof Error ? error.message : ""); },
    ).finally(() => { setAsking(false); });
  };
  return (
    <>
      {refused !== null && <p className="note error" role="alert">{refused}</p>}
      <Button label={asking ? t("Looking…") : t("Look again")} look="ghost" testId="look-again" reason={asking ? t("Looking…") : null} onPress={look} />
    </>
  );
}
