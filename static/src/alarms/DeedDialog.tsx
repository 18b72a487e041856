import type { ReactNode } from "react";

import type { DeedKind } from "../api/alarms";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Dialog } from "../parts/Dialog";
import { Field, type FieldIds } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { askAgain, closeDeed, deedFault, editDeed, letGo, sendDeed, takesReason, useDeeds } from "./deeds";
import { CATEGORIES, LEVELS, type Incident, type TextName } from "./incident";
import { placeOf, useAlarms } from "./state";

type Control = (ids: FieldIds & { "data-field": string; className: string }) => ReactNode;

function Line({ field, label, help, aside, children }: { field: string; label: string; help?: string; aside?: ReactNode; children: Control }) {
  const error = useDeeds(deedFault(field));
  return (
    <Field label={label} help={help} aside={aside} error={error}>
      {(ids) => children({ ...ids, "data-field": field, className: `input ${error === null ? "" : "is-error"}` })}
    </Field>
  );
}

function setIncident(change: Partial<Incident>): void {
  editDeed({ incident: { ...useDeeds.getState().incident, ...change } });
}

function TextLine({ name, label, help, list, isOptional = false }: { name: TextName; label: string; help?: string; list?: string; isOptional?: boolean }) {
  const value = useDeeds(({ incident }) => incident[name]);
  return (
    <Line field={name} label={label} help={help} aside={isOptional ? t("optional") : undefined}>
      {(props) => <input {...props} value={value} list={list} autoComplete="off" spellCheck={name === "title"} onChange={(event) => { setIncident({ [name]: event.target.value }); }} />}
    </Line>
  );
}

function Level() {
  const value = useDeeds(({ incident }) => incident.level_id);
  return (
    <Line field="level_id" label={t("Level")} help={t("P1 is the gravest.")}>
      {(props) => (
        <select {...props} value={value} onChange={(event) => { setIncident({ level_id: event.target.value }); }}>
          <option value="">{t("Choose")}</option>
          {LEVELS.map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </select>
      )}
    </Line>
  );
}

function Interrupted() {
  const value = useDeeds(({ incident }) => incident.is_service_interrupt);
  return (
    <div className="row yes-no" role="radiogroup" aria-label={t("Is the service interrupted?")}>
      <span className="lbl" aria-hidden="true">{t("Is the service interrupted?")}</span>
      <Choice kind="radio" name="interrupted" label={t("No")} checked={!value} onChange={() => { setIncident({ is_service_interrupt: false }); }} />
      <Choice kind="radio" name="interrupted" label={t("Yes")} checked={value} onChange={() => { setIncident({ is_service_interrupt: true }); }} />
    </div>
  );
}

function More() {
  const isChange = useDeeds(({ incident }) => incident.is_change_event);
  return (
    <details className="content">
      <summary>{t("More about it")}</summary>
      <div className="incident">
        <TextLine name="assignee" label={t("Assignee")} isOptional />
        <TextLine name="assignee_role" label={t("Shift")} isOptional />
        <TextLine name="assignee_scene" label={t("Role in the shift")} isOptional />
        <TextLine name="mtm_region" label={t("Region")} isOptional />
        <TextLine name="enterprise_project_id" label={t("Enterprise project")} isOptional />
        <TextLine name="source_id" label={t("Source")} isOptional />
        <Choice kind="checkbox" label={t("A change led to it")} checked={isChange} onChange={(checked) => { setIncident({ is_change_event: checked }); }} />
      </div>
    </details>
  );
}

function Why() {
  const value = useDeeds((state) => state.reason);
  return (
    <Line field="incident-reason" label={t("Why another incident")} help={t("The alarm has one already, or may have.")}>
      {(props) => <textarea {...props} className={`${props.className} area`} rows={2} value={value} onChange={(event) => { editDeed({ reason: event.target.value }); }} />}
    </Line>
  );
}

function IncidentForm() {
  const description = useDeeds(({ incident }) => incident.description);
  const isAnother = useDeeds(takesReason);
  return (
    <>
      {isAnother && <Why />}
      <TextLine name="title" label={t("Title")} />
      <Line field="description" label={t("Description")}>
        {(props) => <textarea {...props} className={`${props.className} area`} rows={4} value={description} onChange={(event) => { setIncident({ description: event.target.value }); }} />}
      </Line>
      <div className="incident">
        <Level />
        <TextLine name="mtm_type" label={t("Category")} help={t("COC's key for it.")} list="incident-categories" />
        <TextLine name="current_cloud_service_id" label={t("Application id")} help={t("Of what is at fault; copy it from COC.")} />
      </div>
      <datalist id="incident-categories">{CATEGORIES.map((key) => <option key={key} value={key} />)}</datalist>
      <Interrupted />
      <More />
    </>
  );
}

function ClearForm() {
  const remarks = useDeeds((state) => state.remarks);
  return (
    <Line field="remarks" label={t("Remarks")} aside={t("optional")} help={t("For whoever looks at the alarm in COC.")}>
      {(props) => <input {...props} value={remarks} autoComplete="off" onChange={(event) => { editDeed({ remarks: event.target.value }); }} />}
    </Line>
  );
}

/** How the sending stands; what came of it is told where the focus is, since the rest of the page is shut. */
function Told() {
  const { told, sending, sent } = useDeeds();
  if (sending) return <p className="note" role="status" data-testid="deed-sending">{t("Sending… It is sent once.")}</p>;
  if (told === null) return null;
  return (
    <div className="stack" role="alert" data-testid="deed-told">
      <p className={told.isUnclear ? "note warn" : "note error"}><Icon name={told.isUnclear ? "warning" : "error"} /><span>{told.text}</span></p>
      {sent !== null && <p>{t("It may have been sent. Asking again uses the same key, so that it cannot be done twice.")}</p>}
    </div>
  );
}

function Footer({ kind }: { kind: DeedKind }) {
  const sending = useDeeds((state) => state.sending);
  const isSilent = useDeeds(({ sent, sending: isSending }) => sent !== null && !isSending);
  if (isSilent) {
    return (
      <>
        <Button label={t("Leave it to the record")} look="ghost" testId="deed-let-go" onPress={letGo} />
        <Button label={t("Ask what came of it")} look="primary" testId="deed-ask-again" onPress={askAgain} />
      </>
    );
  }
  return (
    <>
      <Button label={sending ? t("Close") : t("Cancel")} look="ghost" onPress={closeDeed} />
      <Button label={kind === "clear" ? t("Clear alarm") : t("Make the incident")} look="primary" testId="deed-send" reason={sending ? t("Sending…") : null} onPress={sendDeed} />
    </>
  );
}

/** Asks, before an alarm is cleared or an incident made of it, and tells what came of it. */
export function DeedDialog({ kind }: { kind: DeedKind }) {
  const alarm = useAlarms((state) => state.alarm);
  const connection = useAlarms((state) => placeOf(state)?.name ?? "");
  const isShut = useDeeds(({ sending, sent }) => sending || sent !== null);
  const intro = kind === "clear"
    ? t("COC marks the alarm {alarm} as resolved, over the connection {connection}. Nothing is run on machines. From here it cannot be taken back.", { alarm, connection })
    : t("COC makes an incident ticket of the alarm {alarm}, over the connection {connection}. From here it cannot be taken back.", { alarm, connection });
  const title = kind === "clear" ? t("Clear this alarm?") : t("Make an incident of this alarm?");
  return (
    <Dialog title={title} intro={intro} testId={`${kind}-dialog`} wide={kind === "incident"} footer={<Footer kind={kind} />} onClose={closeDeed}>
      <div className="settle">
        {/* What was sent can no longer be changed. */}
        <fieldset className="stack" disabled={isShut}>{kind === "clear" ? <ClearForm /> : <IncidentForm />}</fieldset>
        <Told />
      </div>
    </Dialog>
  );
}
