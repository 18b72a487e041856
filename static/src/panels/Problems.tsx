import { useEffect, useState } from "react";

import { t } from "../i18n";
import type { Finding } from "../model/types";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { ProblemRow } from "./ProblemRow";

const RANK = { error: 0, warning: 1, info: 2 } as const;
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

/** Worst first. */
export function ordered(findings: Finding[]): Finding[] {
  return findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** What the check found, worst first; each leads to its place. */
export function Problems() {
  const findings = useEditor((state) => state.findings);
  const state = useEditor(({ findingsState }) => findingsState);
  return (
    <div data-testid="problems" className="problems">
      <State />
      {findings.length === 0 && (state === "current" || state === "checking") && (
        <p className="problems-empty">
          <Icon name="ok" />
          <b>{t("No problems")}</b>
          <span className="dim">{t("Nothing stops a submit.")}</span>
        </p>
      )}
      <ul>
        {ordered(findings).map((finding, index) => (
          <ProblemRow key={`${finding.code} ${finding.pointer} ${index}`} finding={finding} number={index + 1} />
        ))}
      </ul>
    </div>
  );
}
