import { useEffect, useRef, useState } from "react";

import { listedFindings, mendAllReason, mendEverything, useMending } from "../canvas/mending";
import { t } from "../i18n";
import { fixOf } from "../model/mend";
import type { Finding } from "../model/types";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { ProblemRow } from "./ProblemRow";
import { useNow } from "./useNow";

/** A check faster than this says nothing of itself: the list would only flicker. */
const SLOW = 300;

function useSlow(checking: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!checking) return;
    const timer = setTimeout(() => { setSlow(true); }, SLOW);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [checking]);
  return slow && checking;
}

function State() {
  const state = useEditor(({ findingsState }) => findingsState);
  const slow = useSlow(state === "checking");
  if (slow) return <p className="problems-note small dim">{t("Checking… the last answer stays until the new one is here.")}</p>;
  if (state === "offline") {
    return (
      <p className="problems-note small warn">
        <Icon name="warning" />
        {t("Offline: the last known result.")}
      </p>
    );
  }
  if (state !== "unreadable") return null;
  return (
    <p className="problems-note small error">
      <Icon name="error" />
      {t("This document cannot be read as a rule.")}
    </p>
  );
}

/** Mends everything that has but one sensible mend. */
function MendAll({ findings }: { findings: Finding[] }) {
  const editable = useEditor(({ can }) => can.edit);
  const count = findings.filter((finding) => fixOf(finding) !== null).length;
  useNow(mendAllReason);
  const reason = useMending(() => mendAllReason());
  if (!editable || count < 2) return null;
  return (
    <div className="mend-all">
      <Button
        label={t("Mend all {count} certain ones", { count })}
        icon="mend"
        look="sm"
        testId="mend-all"
        reason={reason}
        onPress={() => void mendEverything()}
      />
    </div>
  );
}

/** After a mend, the problem that took the place of the mended one has the focus; without any, the list. */
function useNextProblem() {
  const ref = useRef<HTMLDivElement>(null);
  const wish = useMending(({ rowWish }) => rowWish);
  const state = useEditor(({ findingsState }) => findingsState);
  const count = useEditor(({ findings }) => findings.length);
  useEffect(() => {
    if (wish === null || state === "checking") return;
    useMending.setState({ rowWish: null });
    const panel = ref.current;
    const { activeElement } = document;
    if (!panel || (activeElement !== document.body && !panel.contains(activeElement))) return;
    const row = panel.querySelector<HTMLElement>(`[data-problem="${Math.min(wish, count)}"] > .finding`);
    (row ?? panel).focus();
  }, [wish, state, count]);
  return ref;
}

/** What the check found, worst first; each leads to its place. */
export function Problems() {
  const findings = useEditor((state) => state.findings);
  const state = useEditor(({ findingsState }) => findingsState);
  const ref = useNextProblem();
  return (
    <div ref={ref} data-testid="problems" className="problems" tabIndex={-1}>
      <State />
      <MendAll findings={findings} />
      {findings.length === 0 && (state === "current" || state === "checking") && (
        <p className="problems-empty">
          <Icon name="ok" />
          <b>{t("No problems")}</b>
          <span className="dim">{t("Nothing stops a submit.")}</span>
        </p>
      )}
      <ul>
        {listedFindings(findings).map((finding, index) => (
          <ProblemRow key={`${finding.code} ${finding.pointer} ${index}`} finding={finding} number={index + 1} />
        ))}
      </ul>
    </div>
  );
}
