import { useEffect } from "react";

import { getSubmission, type Submission } from "../../api/submissions";
import { learn } from "./learn";

const PAUSE = 2000;

/** Asks how a submission without an outcome goes on, until it has one; the store holds what is known. */
export function useFollowed(submission: Submission): void {
  const { id, finished } = submission;
  useEffect(() => {
    if (finished !== null) return undefined;
    // An answer that does not come is no news; the next question is asked all the same.
    const asking = setInterval(() => { getSubmission(id).then(learn, () => undefined); }, PAUSE);
    return () => { clearInterval(asking); };
  }, [id, finished]);
}
