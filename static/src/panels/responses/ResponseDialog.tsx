import { useRef, useState } from "react";

import { titleOf } from "../../canvas/derived";
import { t } from "../../i18n";
import { putResponse, responsesAt, RESPONSE_LIMITS } from "../../model/responses";
import type { PreparedResponse } from "../../model/types";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { editor, useEditor } from "../../store";
import { closeLayer } from "../layers";
import { errorsOf, formOf, newForm, responseOf, type FormErrors, type ResponseForm } from "./form";
import { ParameterRows } from "./ParameterRows";
import { TargetFields } from "./TargetFields";

export type PartProps = { form: ResponseForm; errors: FormErrors; onChange: (change: Partial<ResponseForm>) => void };

type TextName = "title" | "taskId" | "taskName" | "user" | "timeout" | "rate" | "region";

function TextField({ name, label, help, form, errors, onChange }: PartProps & { name: TextName; label: string; help?: string }) {
  return (
    <Field label={label} error={errors[name] ?? null} {...(help === undefined ? {} : { help })}>
      {(ids) => (
        <input
          {...ids}
          type="text"
          className={`input ${errors[name] === undefined ? "" : "is-error"}`}
          autoComplete="off"
          spellCheck={false}
          data-testid={`response-${name}`}
          value={form[name]}
          onChange={({ target }) => { onChange({ [name]: target.value }); }}
        />
      )}
    </Field>
  );
}

function TaskFields(props: PartProps) {
  const { form, onChange } = props;
  const types = { SCRIPT: t("Script"), RUNBOOK: t("Job"), PLAN: t("Contingency plan") };
  return (
    <fieldset className="response-part">
      <legend>{t("What to run")}</legend>
      <div className="response-pair">
        <Field label={t("Kind")}>
          {(ids) => (
            <select {...ids} className="input" data-testid="response-type" value={form.type} onChange={({ target }) => { onChange({ type: target.value }); }}>
              {Object.entries(types).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t("Whose")}>
          {(ids) => (
            <select {...ids} className="input" value={form.source} onChange={({ target }) => { onChange({ source: target.value }); }}>
              <option value="CUSTOMIZATION">{t("your own")}</option>
              <option value="COMMUNAL">{t("the cloud's own")}</option>
            </select>
          )}
        </Field>
        <TextField {...props} name="taskId" label={t("Id")} help={t("As COC shows it.")} />
        <TextField {...props} name="taskName" label={t("Name")} />
      </div>
    </fieldset>
  );
}

function BoundFields(props: PartProps) {
  const [from, to] = RESPONSE_LIMITS.timeout;
  return (
    <fieldset className="response-part">
      <legend>{t("How to run it")}</legend>
      <div className="response-pair">
        <TextField {...props} name="user" label={t("Run as")} />
        <TextField {...props} name="timeout" label={t("Time limit in seconds")} help={t("{from} to {to}", { from: from ?? 0, to: to ?? 0 })} />
        <TextField {...props} name="rate" label={t("Stop below % that succeed")} />
        <TextField {...props} name="region" label={t("Region")} />
      </div>
    </fieldset>
  );
}

function useForm(card: string, response: PreparedResponse | null, typed: string) {
  const [form, setForm] = useState(() => {
    if (response) return formOf(response);
    return { ...newForm(responsesAt(editor.getState().history.present, card).map(({ id }) => id)), title: typed };
  });
  const [tried, setTried] = useState(false);
  const errors = errorsOf(form);
  const onChange = (change: Partial<ResponseForm>): void => { setForm((now) => ({ ...now, ...change })); };
  return { form, errors: tried ? errors : {}, isSound: Object.keys(errors).length === 0, onChange, onTry: () => { setTried(true); } };
}

/** The form of a prepared response. It becomes part of the draft, in one step, once nothing is wrong with it. */
export function ResponseDialog({ card, response, typed }: { card: string; response: PreparedResponse | null; typed: string }) {
  const { form, errors, isSound, onChange, onTry } = useForm(card, response, typed);
  const title = useEditor(({ history }) => titleOf(history.present.document, card));
  const body = useRef<HTMLDivElement>(null);
  const done = (): void => {
    onTry();
    if (!isSound) {
      requestAnimationFrame(() => { body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(); });
      return;
    }
    const label = response ? t("Change a prepared response") : t("Prepare a response");
    editor.getState().apply(label, (draft) => putResponse(draft, card, responseOf(form)));
    closeLayer();
  };
  const props = { form, errors, onChange };
  return (
    <Dialog
      title={response ? t("Prepared response") : t("Prepare a response")}
      intro={t("For alarms of {card}: whoever handles one finds this filled. Nothing runs by itself, and none of it is submitted.", { card: title })}
      testId="response-dialog"
      wide
      onClose={closeLayer}
      footer={
        <>
          <Button label={t("Cancel")} look="ghost" onPress={closeLayer} />
          <Button label={t("Done")} look="primary" testId="response-done" onPress={done} />
        </>
      }
    >
      <div ref={body} className="response-form">
        <TextField {...props} name="title" label={t("Title")} help={t("What whoever handles the alarm chooses it by.")} />
        <TaskFields {...props} />
        <ParameterRows {...props} />
        <TargetFields {...props} />
        <BoundFields {...props} />
      </div>
    </Dialog>
  );
}
