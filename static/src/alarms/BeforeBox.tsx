import { useMemo } from "react";

import type { Run } from "../api/alarms";
import { t } from "../i18n";
import { timeOf } from "../panels/times";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { orderWords, ranBefore, refreshBefore, useAlarms, type Before } from "./state";

/** What a kind of task is called; COC may have others than we know. */
export function kindWords(kind: string): string {
  switch (kind) {
    case "PLAN":
      return t("Plan");
    case "SCRIPT":
      return t("Script");
    case "RUNBOOK":
      return t("Job");
    default:
      return kind;
  }
}

function stateWords(run: Run): string {
  switch (run.state) {
    case "started":
      return run.order_state === "" ? t("started") : orderWords(run.order_state);
    case "rejected":
      return run.settled ? t("did not run, as somebody found out") : t("not run");
    case "needs_human":
      return t("nobody knows whether it ran");
    case "prepared":
    case "sending":
      return t("being sent");
  }
}

function markOf({ run, entry }: Before): "warning" | "error" | "ok" {
  if (run?.state === "needs_human") return "warning";
  const state = (run?.order_state ?? entry?.status ?? "").toUpperCase();
  return run?.state === "rejected" || state === "ABNORMAL" ? "error" : "ok";
}

function Row({ before, canSettle }: { before: Before; canSettle: boolean }) {
  const { run, entry } = before;
  const name = run ? run.task_name || run.task_id : entry ? entry.task_name || entry.task_id : "";
  const who = run?.author ?? entry?.by ?? "";
  const when = run ? timeOf(run.created) : entry?.start_time ? timeOf(entry.start_time) : "";
  const state = run ? stateWords(run) : orderWords(entry?.status ?? "");
  const order = run?.work_order === "" || !run ? (entry?.work_order ?? "") : run.work_order;
  const mark = markOf(before);
  return (
    <li className={`before-row ${mark}`} data-testid="before-row" data-state={run?.state ?? "coc"}>
      <Icon name={mark} />
      <div className="grow">
        <p>
          <b>{`${kindWords(run?.task_type ?? entry?.task_type ?? "")} ${name}`}</b>
          {run?.state === "needs_human" && <span className="chip warn">{t("unclear")}</span>}
        </p>
        <p className="small dim">{[who, when, state].filter((text) => text !== "").join(", ")}{!run && <> · {t("by COC's own record")}</>}</p>
        {order !== "" && <p className="mono faint order">{order}</p>}
        {run && (
          <p className="row acts">
            <a className="small" href={`/alarms/runs/${run.id}/`}>{t("In full")}</a>
            {run.state === "needs_human" && canSettle && (
              <Button label={t("Settle this")} look="sm" testId="settle" onPress={() => { useAlarms.setState({ settling: run }); }} />
            )}
          </p>
        )}
      </div>
    </li>
  );
}

/** What was run on the alarm before, from here and by COC's own record. */
export function BeforeBox() {
  const looked = useAlarms((state) => state.looked);
  const canSettle = useAlarms(({ boot }) => boot.can.handle);
  const rows = useMemo(() => ranBefore(looked), [looked]);
  if (looked.state !== "found") return null;
  return (
    <section className="box hist" aria-labelledby="before-title" data-testid="before" data-part="before" tabIndex={-1}>
      <header>
        <h2 id="before-title">{t("Run on it before")}</h2>
        <span className="faint num">{rows.length}</span>
      </header>
      {looked.unread !== "" && (
        <div className="in">
          <p className="note warn"><Icon name="warning" /><span>{t("COC's own record of the alarm could not be read: {reason}", { reason: looked.unread })}</span></p>
          <Button label={t("Try again")} look="sm" onPress={() => void refreshBefore()} />
        </div>
      )}
      {rows.length === 0 ? <p className="in faint">{t("Nothing yet, neither from here nor by COC's own record.")}</p> : (
        <ol>{rows.map((before) => <Row key={before.id} before={before} canSettle={canSettle} />)}</ol>
      )}
    </section>
  );
}
