import { t } from "../i18n";
import { AlarmBox } from "./AlarmBox";
import { BeforeBox } from "./BeforeBox";
import { Parameters } from "./Parameters";
import { PreparedBox } from "./PreparedBox";
import { RunBox } from "./RunBox";
import { SettleDialog } from "./SettleDialog";
import { useAlarms } from "./state";
import { TargetsPart } from "./TargetsPart";
import { TaskPart } from "./TaskPart";

function NoConnection() {
  const manages = useAlarms(({ boot }) => boot.can.manage);
  return (
    <div className="empty" data-testid="no-connection">
      <p><b>{t("No connection can handle alarms yet")}</b></p>
      <p className="dim">
        {manages
          ? t("Say in a connection where COC answers for it, its COC region; then it is offered here.")
          : t("An admin says in a connection where COC answers for it, its COC region; then it is offered here.")}
      </p>
      <a className="btn" href="/connections/">{t("Connections")}</a>
    </div>
  );
}

function Spoken() {
  const spoken = useAlarms((state) => state.spoken);
  return <p className="hide" role="status" aria-live="polite" data-testid="spoken">{spoken}</p>;
}

/** The alarm and its past, what to run on which machines, and what will happen. */
export function AlarmsPage() {
  const isEmpty = useAlarms(({ boot }) => boot.connections.length === 0);
  const busy = useAlarms(({ sending, intent }) => sending || intent !== null);
  const settling = useAlarms((state) => state.settling);
  if (isEmpty) return <NoConnection />;
  return (
    <div className="handle">
      <AlarmBox />
      <BeforeBox />
      <div className="choose">
        <PreparedBox />
        {/* What is being sent can no longer be changed. */}
        <fieldset className="box what-to-run" disabled={busy} aria-label={t("The run")}>
          <TaskPart />
          <Parameters />
          <TargetsPart />
        </fieldset>
      </div>
      <RunBox />
      {settling && <SettleDialog run={settling} />}
      <Spoken />
    </div>
  );
}
