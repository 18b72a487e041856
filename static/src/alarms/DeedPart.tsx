import type { AlarmFacts, Deed } from "../api/alarms";
import { t } from "../i18n";
import { timeOf } from "../panels/times";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { DeedDialog } from "./DeedDialog";
import { deedReason, openDeed, useDeeds } from "./deeds";

/** So many of the last ones stand here; the record has all. */
const SHOWN = 3;

function whoWords({ kind, state, author, created }: Deed): string {
  const shown = { author, time: timeOf(created) };
  if (kind === "clear") return state === "done" ? t("{author} cleared it, {time}.", shown) : t("{author} tried to clear it, {time}.", shown);
  return state === "done" ? t("{author} made an incident of it, {time}.", shown) : t("{author} tried to make an incident of it, {time}.", shown);
}

function wordsOf({ kind, request }: Deed): string {
  const text = kind === "clear" ? request.remarks : request.title;
  return typeof text === "string" ? text : "";
}

const MARKS = { sending: "warning", done: "ok", rejected: "error", unknown: "warning" } as const;

function Row({ deed }: { deed: Deed }) {
  const mark = MARKS[deed.state];
  const words = wordsOf(deed);
  return (
    <li className={`deed ${mark}`} data-testid="deed" data-kind={deed.kind} data-state={deed.state}>
      <Icon name={mark} />
      <div>
        <p className="small">{whoWords(deed)}</p>
        {words !== "" && <p className="small dim">{words}</p>}
        {deed.reason !== "" && <p className="small dim">{deed.reason}</p>}
        {deed.state !== "done" && <p className="small dim">{deed.state === "sending" ? t("It is under way; its outcome is not known yet.") : deed.detail}</p>}
      </div>
    </li>
  );
}

/** What came of it, where the dialog was closed before that was known. */
function Told() {
  const { done, told, kind, sent, sending } = useDeeds();
  if (kind !== null) return null;
  if (done !== "") return <p className="note" data-testid="deed-done"><Icon name="ok" /><span>{done}</span></p>;
  if (sending) return <p className="small dim" role="status">{t("Sending…")}</p>;
  if (told === null) return null;
  return (
    <>
      <p className={told.isUnclear ? "note warn" : "note error"} data-testid="deed-told"><Icon name={told.isUnclear ? "warning" : "error"} /><span>{told.text}</span></p>
      {sent !== null && <Button label={t("Find out")} look="sm" onPress={() => { useDeeds.setState({ kind: sent.kind }); }} />}
    </>
  );
}

/** Clearing the alarm and making an incident of it, and who did so before. */
export function DeedPart({ alarm, deeds }: { alarm: AlarmFacts; deeds: readonly Deed[] }) {
  const clearReason = useDeeds(deedReason("clear", alarm.status));
  const incidentReason = useDeeds(deedReason("incident", alarm.status));
  const open = useDeeds((state) => state.kind);
  const id = String(alarm.id ?? "");
  return (
    <div className="deeds">
      <div className="row wrap">
        <Button label={t("Clear alarm")} icon="check" look="sm" testId="clear-alarm" reason={clearReason} onPress={() => { openDeed("clear"); }} />
        <Button label={t("Make an incident")} icon="plus" look="sm" testId="make-incident" reason={incidentReason} onPress={() => { openDeed("incident"); }} />
      </div>
      <Told />
      {deeds.length > 0 && <ul>{deeds.slice(0, SHOWN).map((deed) => <Row key={deed.id} deed={deed} />)}</ul>}
      {deeds.length > SHOWN && <a className="small" href={`/alarms/deeds/?alarm=${encodeURIComponent(id)}`}>{t("All of them")}</a>}
      {open !== null && <DeedDialog kind={open} />}
    </div>
  );
}
