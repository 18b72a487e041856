import type { AlarmFacts } from "../api/alarms";
import { locale, n, t } from "../i18n";
import { timeOf } from "../panels/times";

/** A member of an alarm as a text; empty where there is none. */
export function word(value: AlarmFacts[string] | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

/** A level in words; what COC calls otherwise is shown as it is. */
function levelWords(level: string): string {
  switch (level) {
    case "urgent":
      return t("urgent");
    case "major":
      return t("major");
    case "minor":
      return t("minor");
    case "warn":
      return t("warning");
    default:
      return level;
  }
}

function stateWords(state: string): string {
  if (state === "alarming") return t("alarming");
  return state === "resolved" ? t("resolved") : state;
}

/** How long since, in the reader's words. */
function since(milliseconds: number): string {
  const minutes = Math.max(0, Math.round((Date.now() - milliseconds) / 60_000));
  const unit = minutes < 120 ? "minute" : minutes < 48 * 60 ? "hour" : "day";
  const count = unit === "minute" ? minutes : unit === "hour" ? Math.round(minutes / 60) : Math.round(minutes / 1440);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "short" }).format(count);
}

/** What COC knows of an alarm, each with its name; what it does not tell is left out. */
export function rowsOf(alarm: AlarmFacts): [string, string][] {
  const begun = typeof alarm.create_time === "number" ? alarm.create_time : null;
  const updated = typeof alarm.update_time === "number" && alarm.update_time !== begun ? timeOf(alarm.update_time) : "";
  const merged = typeof alarm.converge_count === "number" ? n(alarm.converge_count, "{count} alarm", "{count} alarms") : "";
  const rows: [string, string][] = [
    [t("level"), levelWords(word(alarm.importance))],
    [t("state"), begun === null || alarm.status !== "alarming" ? stateWords(word(alarm.status)) : t("{state} for {time}", { state: stateWords("alarming"), time: since(begun) })],
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
