import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { DeedPart } from "./DeedPart";
import { useDeeds } from "./deeds";
import { Input } from "./Input";
import { rowsOf, word } from "./facts";
import { chooseConnection, lookUp, useAlarms } from "./state";

function setAlarmId(alarmId: string): void {
  useAlarms.setState({ alarmId: alarmId.trim() });
}

function ConnectionPick({ busy }: { busy: boolean }) {
  const strange = useAlarms((state) => state.strange);
  const places = useAlarms(({ boot }) => boot.connections);
  const connection = useAlarms((state) => state.connection);
  return (
    <label className="field">
      <span className="lbl">{t("Connection")}</span>
      <select className="input" data-testid="connection" value={connection} disabled={busy} onChange={(event) => { chooseConnection(event.target.value); }}>
        {places.map(({ id, name, coc_region }) => <option key={id} value={id}>{`${name} · ${coc_region}`}</option>)}
      </select>
      {strange !== "" && <span className="help error" role="alert" data-testid="strange-connection">{t("The link names a connection that is gone, or over which no alarm can be handled. Choose one, then look the alarm up.")}</span>}
    </label>
  );
}

function Known() {
  const looked = useAlarms((state) => state.looked);
  if (looked.state === "none") return <p className="in faint known">{t("Paste an id and look it up: what COC knows of the alarm stands here.")}</p>;
  if (looked.state === "looking") return <p className="in dim known" role="status">{t("Asking COC…")}</p>;
  if (looked.state === "failed") {
    return (
      <div className="in known" role="alert" data-testid="alarm-failed">
        <p className="note error"><Icon name="error" />{looked.reason}</p>
        <Button label={t("Try again")} look="sm" onPress={() => void lookUp()} />
      </div>
    );
  }
  return (
    <div className="in known" data-testid="alarm-facts">
      <h3>{word(looked.alarm.name) || word(looked.alarm.id)}</h3>
      <dl className="facts num">
        {rowsOf(looked.alarm).map(([name, value]) => [<dt key={`${name}-name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
      </dl>
      <DeedPart alarm={looked.alarm} deeds={looked.deeds} />
    </div>
  );
}

/** Which alarm, over which connection; and what COC knows of it. */
export function AlarmBox() {
  const alarmId = useAlarms((state) => state.alarmId);
  const isRunning = useAlarms(({ sending, intent }) => sending || intent !== null);
  const isDoing = useDeeds(({ sending, sent }) => sending || sent !== null);
  const looking = useAlarms(({ looked }) => looked.state === "looking");
  const busy = isRunning || isDoing;
  return (
    <section className="box alarm" aria-labelledby="alarm-title">
      <h2 className="hide" id="alarm-title">{t("The alarm")}</h2>
      <form
        className="in"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && !looking) void lookUp();
        }}
      >
        <ConnectionPick busy={busy} />
        <Input field="alarm" label={t("Alarm id")} value={alarmId} mono onChange={setAlarmId} />
        <button type="submit" className="btn" aria-disabled={busy || looking || undefined} data-testid="look-up">{t("Look up")}</button>
      </form>
      <Known />
    </section>
  );
}
