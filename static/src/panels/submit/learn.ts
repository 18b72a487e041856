import type { Submission } from "../../api/submissions";
import { editor } from "../../store";

/** Takes note of how a submission stands, unless the page has gone on to another one. */
export function learn(known: Submission): void {
  if (editor.getState().submission?.id === known.id) editor.setState({ submission: known });
}
