import { useCallback, useState } from "react";

import { isApproved, listTasks, type Listed, type Listing, type TaskSource } from "../api/alarms";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import type { Task } from "./form";
import { FaultLine, Segments } from "./Input";
import { chooseTask, useAlarms } from "./state";
import { useListing, type Shown } from "./useListing";

/** Why a script cannot be run; null where it can. */
function hindrance(listed: Listed): string | null {
  return isApproved(listed) ? null : t("not approved yet");
}

function riskWords(level: string): string {
  switch (level) {
    case "LOW":
      return t("low risk");
    case "MEDIUM":
      return t("medium risk");
    case "HIGH":
      return t("high risk");
    default:
      return level;
  }
}

function Row({ listed, name, chosen, onChoose }: { listed: Listed; name: string; chosen: boolean; onChoose: () => void }) {
  const reason = hindrance(listed);
  return (
    <label className={`opt ${chosen ? "on" : ""} ${reason === null ? "" : "off"}`}>
      <input type="radio" className="hide" name={name} checked={chosen} disabled={reason !== null} onChange={onChoose} />
      <span className={`check round ${chosen ? "on" : ""}`} aria-hidden="true" />
      <span className="nm"><b>{listed.name}</b><span className="mono faint">{listed.uuid}</span></span>
      <span className="dim clip what">{listed.description}</span>
      {listed.risk_level !== "" && <span className={`chip ${listed.risk_level === "HIGH" ? "warn" : ""}`}>{riskWords(listed.risk_level)}</span>}
      {reason !== null && <span className="chip">{reason}</span>}
    </label>
  );
}

/** That a list is being read, is empty, or could not be read; and how to read on. */
export function ListEnd<T>({ shown, empty, onMore, onAgain }: { shown: Shown<T>; empty: string; onMore: () => void; onAgain: () => void }) {
  if (shown.state === "reading") return <p className="list-end dim" role="status">{t("Asking COC…")}</p>;
  if (shown.state === "failed") {
    return (
      <div className="list-end" role="alert">
        <p className="note error"><Icon name="error" />{shown.reason}</p>
        <Button label={t("Try again")} look="sm" onPress={onAgain} />
      </div>
    );
  }
  if (shown.items.length === 0) return <p className="list-end faint">{empty}</p>;
  return shown.marker === "" ? null : <p className="list-end"><Button label={t("More")} look="sm" onPress={onMore} /></p>;
}

/** A search field for a list. */
export function SearchField({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) {
  return (
    <label className="input grow">
      <Icon name="search" />
      <span className="hide">{label}</span>
      <input type="search" value={value} placeholder={label} maxLength={32} autoComplete="off" spellCheck={false} onChange={(event) => { onChange(event.target.value); }} />
    </label>
  );
}

/** The scripts or jobs of the connection, to choose one of. */
export function TaskList({ kind, field, chosen }: { kind: "SCRIPT" | "RUNBOOK"; field: string; chosen: Task }) {
  const place = useAlarms((state) => state.connection);
  const [search, setSearch] = useState("");
  const [source, setSource] = useState<TaskSource>(chosen.source);
  const read = useCallback((listing: Listing) => listTasks(place, kind, source, listing), [place, kind, source]);
  const { shown, more, again } = useListing(read, search.trim());
  const isScript = kind === "SCRIPT";
  const sources = [{ value: "CUSTOMIZATION" as const, label: t("Own") }, { value: "COMMUNAL" as const, label: t("Public") }];
  return (
    <div className="choosing" data-field={field}>
      <div className="row pickbar">
        <SearchField label={isScript ? t("Search scripts") : t("Search jobs")} value={search} onChange={setSearch} />
        <Segments name={`${field}-source`} label={t("Whose")} options={sources} value={source} onChange={setSource} />
      </div>
      <FaultLine field={field} />
      <div className="opts" role="radiogroup" aria-label={isScript ? t("Scripts") : t("Jobs")} aria-busy={shown.state === "reading"} data-testid="tasks">
        {shown.items.map((listed) => (
          <Row
            key={listed.uuid}
            listed={listed}
            name={`${field}-list`}
            chosen={listed.uuid === chosen.id}
            onChoose={() => { chooseTask(kind, { source, id: listed.uuid, name: listed.name }); }}
          />
        ))}
        <ListEnd shown={shown} empty={isScript ? t("No script fits.") : t("No job fits.")} onMore={more} onAgain={again} />
      </div>
    </div>
  );
}
