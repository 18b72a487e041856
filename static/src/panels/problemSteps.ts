import { goToFinding } from "../canvas/goTo";
import { listedFindings } from "../canvas/mending";
import { speak, useUi } from "../canvas/ui";
import { t } from "../i18n";
import type { Finding } from "../model/types";
import { editor } from "../store";

let last: Finding | null = null;

function isLast({ code, pointer }: Finding): boolean {
  return code === last?.code && pointer === last.pointer;
}

export function stepReason(): string | null {
  const { drawer, findings } = editor.getState();
  return drawer === "json" || findings.length > 0 ? null : t("No problems");
}

/** Goes to the next or the previous problem of the list, and after the last to the first; in the JSON panel, of the text. */
export function stepToProblem(step: 1 | -1): void {
  const { drawer, findings } = editor.getState();
  if (drawer === "json") {
    useUi.setState({ stepWish: step });
    return;
  }
  const list = listedFindings(findings);
  const at = list.findIndex(isLast);
  const next = list.at(at < 0 && step < 0 ? -1 : (at + step) % list.length);
  if (!next) return;
  last = next;
  goToFinding(next);
  speak(`${next.message} ${next.hint}`);
}
