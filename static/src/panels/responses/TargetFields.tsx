import { t } from "../../i18n";
import { RESPONSE_LIMITS } from "../../model/responses";
import { ChipInput } from "../../parts/ChipInput";
import { Choice } from "../../parts/Choice";
import { Field } from "../../parts/Field";
import { AttributeMenu } from "./AttributeMenu";
import type { PartProps } from "./ResponseDialog";

function Attribute({ form, errors, onChange }: PartProps) {
  const names: Record<string, string> = { resource_id: t("resource id"), resource_name: t("resource name"), ip: t("IP address") };
  return (
    <div className="response-pair">
      <Field label={t("The machine whose")}>
        {(ids) => (
          <select {...ids} className="input" value={form.attribute} onChange={({ target }) => { onChange({ attribute: target.value }); }}>
            {RESPONSE_LIMITS.targetAttributes.map((name) => (
              <option key={name} value={name}>
                {names[name] ?? name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("is")} error={errors.placeholder ?? null}>
        {(ids) => (
          <div className="row">
            <input
              {...ids}
              type="text"
              className={`input ${errors.placeholder === undefined ? "" : "is-error"}`}
              autoComplete="off"
              spellCheck={false}
              data-testid="response-placeholder"
              value={form.placeholder}
              onChange={({ target }) => { onChange({ placeholder: target.value }); }}
            />
            <AttributeMenu label={t("Insert an attribute that names the machine")} onInsert={(text) => { onChange({ placeholder: form.placeholder + text }); }} />
          </div>
        )}
      </Field>
    </div>
  );
}

function List({ form, errors, onChange }: PartProps) {
  return (
    <Field label={t("Ids of resources")} help={t("Type an id and press Enter.")} error={errors.resources ?? null}>
      {(ids) => (
        <div className="input area">
          <ChipInput
            label={t("Ids of resources")}
            id={ids.id}
            describedBy={ids["aria-describedby"]}
            invalid={ids["aria-invalid"]}
            values={form.resources}
            suggestions={[]}
            onChange={(names) => {
              const fitting = names.filter((name) => name.length <= RESPONSE_LIMITS.nameLength);
              onChange({ resources: fitting.slice(0, RESPONSE_LIMITS.resources) });
            }}
          />
        </div>
      )}
    </Field>
  );
}

/** On which machines it runs. */
export function TargetFields(props: PartProps) {
  const { form, onChange } = props;
  const ways = { attribute: t("the machine that the alarm names"), list: t("these machines"), none: t("none of its own") } as const;
  return (
    <fieldset className="response-part">
      <legend>{t("On which machines")}</legend>
      <div className="row response-ways">
        {(["attribute", "list", "none"] as const).map((by) => (
          <Choice key={by} kind="radio" name="response-by" label={ways[by]} checked={form.by === by} onChange={() => { onChange({ by }); }} />
        ))}
      </div>
      {form.by === "attribute" && <Attribute {...props} />}
      {form.by === "list" && <List {...props} />}
    </fieldset>
  );
}
