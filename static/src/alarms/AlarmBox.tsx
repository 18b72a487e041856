import { locale, n, t } from "../i18n";
import { timeOf } from "../panels/times";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Input } from "./Input";
import { chooseConnection, lookUp, useAlarms, type AlarmsState } from "./state";

function setAlarmId(alarmId: string): void {
  useAlarms.setState({ alarmId: alarmId.trim() });
}

function ConnectionPick() {
  const places = useAlarms(({ boot }) => boot.connections);
  const connection = useAlarms((state) => state.connection);
  return (
    <label className="field">
      <span className="lbl">{t("Connection")}</span>
      <select className="input" data-testid="connection" value={connection} onChange={(event) => { chooseConnection(event.target.value); }}>
        {places.map(({ id, name, coc_region }) => <option key={id} value={id}>{`${name} · ${coc_region}`}</option>)}
      </select>
    </label>
  );
}

type Facts = Extract<AlarmsState["looked"], { state: "found" }>["alarm"];

function word(value: Facts[string] | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/** How long since, in the reader's words. */
function since(milliseconds: number): string {
  const minutes = Math.max(0, Math.round((Date.now() - milliseconds) / 60_000));
  const unit = minutes < 120 ? "minute" : minutes < 48 * 60 ? "hour" : "day";
  const count = unit === "minute" ? minutes : unit === "hour" ? Math.round(minutes / 60) : Math.round(minutes / 1440);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short" }).format(count);
}

function rowsOf(alarm: Facts): [string, string][] {
  const begun = typeof alarm.create_time === "number" ? alarm.create_time : null;
  const updated = typeof alarm.update_time === "number" && alarm.update_time !== begun ? timeOf(alarm.update_time) : "";
  const merged = typeof alarm.converge_count === "number" ? n(alarm.converge_count, "{count} alarm", "{count} alarms") : "";
  const rows: [string, string][] = [
    [t("level"), word(alarm.importance)],
    [t("state"), begun === null ? word(alarm.status) : t("{state} for {time}", { state: word(alarm.status), time: since(begun) })],
    [t("first seen"), begun === null ? "" : timeOf(begun)],
    [t("last changed"), updated],
    [t("merged from"), merged],
    [t("from"), [word(alarm.come_from_en) || word(alarm.come_from), word(alarm.region)].filter((text) => text !== "").join(", ")],
    [t("application"), word(alarm.app)],
    [t("owner"), word(alarm.owner_alias) || word(alarm.owner_name)],
    [t("rule"), word(alarm.transfer_rule_name)],
    [t("incident"), word(alarm.associate_event_id)],
    [t("remarks"), word(alarm.remarks)],
  ];
  return rows.filter(([, value]) => value !== "");
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
    </div>
  );
}

/** Which alarm, over which connection; and what COC knows of it. */
export function AlarmBox() {
  const alarmId = useAlarms((state) => state.alarmId);
  const busy = useAlarms(({ looked, sending, intent }) => looked.state === "looking" || sending || intent !== null);
  return (
    <section className="box alarm" aria-labelledby="alarm-title">
      <h2 className="hide" id="alarm-title">{t("The alarm")}</h2>
      <form
        className="in"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void lookUp();
        }}
      >
        <ConnectionPick />
        <Input field="alarm" label={t("Alarm id")} value={alarmId} mono onChange={setAlarmId} />
        <button type="submit" className="btn" disabled={busy} data-testid="look-up">{t("Look up")}</button>
      </form>
      <Known />
    </section>
  );
}
