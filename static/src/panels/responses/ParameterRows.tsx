import { useRef } from "react";

import { t } from "../../i18n";
import { RESPONSE_LIMITS } from "../../model/responses";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { AttributeMenu } from "./AttributeMenu";
import { newRow, type ParameterRow } from "./form";
import type { PartProps } from "./ResponseDialog";

function Cell({ row, part, label, error, onChange }: { row: ParameterRow; part: "name" | "value"; label: string; error: string | undefined; onChange: (text: string) => void }) {
  const id = `${part}-${row.key}`;
  return (
    <div className="response-cell">
      <input
        type="text"
        className={`input ${error === undefined ? "" : "is-error"}`}
        aria-label={label}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : id}
        autoComplete="off"
        spellCheck={false}
        placeholder={part === "name" ? t("name") : t("value")}
        value={row[part]}
        onChange={({ target }) => { onChange(target.value); }}
      />
      {error !== undefined && (
        <p id={id} className="help error">
          <Icon name="error" />
          {error}
        </p>
      )}
    </div>
  );
}

/** Parameters, each a name and a text that may hold attributes of the alarm. */
export function ParameterRows({ form, errors, onChange }: PartProps) {
  const { parameters: rows } = form;
  const place = useRef<HTMLFieldSetElement>(null);
  const set = (row: ParameterRow, change: Partial<ParameterRow>): void => {
    onChange({ parameters: rows.map((each) => (each === row ? { ...each, ...change } : each)) });
  };
  const focusLast = (): void => {
    requestAnimationFrame(() => {
      const cells = [...(place.current?.querySelectorAll<HTMLElement>("li") ?? [])];
      (cells.at(-1)?.querySelector<HTMLElement>("input") ?? place.current?.querySelector<HTMLElement>("button"))?.focus();
    });
  };
  const full = rows.length >= RESPONSE_LIMITS.parameters ? t("A response has at most {count} parameters.", { count: RESPONSE_LIMITS.parameters }) : null;
  return (
    <fieldset ref={place} className="response-part">
      <legend>{t("Parameters")}</legend>
      <ul className="response-rows">
        {rows.map((row, index) => {
          const number = index + 1;
          return (
            <li key={row.key}>
              <Cell row={row} part="name" label={t("Name of parameter {number}", { number })} error={errors[`name ${row.key}`]} onChange={(name) => { set(row, { name }); }} />
              <Cell row={row} part="value" label={t("Value of parameter {number}", { number })} error={errors[`value ${row.key}`]} onChange={(value) => { set(row, { value }); }} />
              <AttributeMenu label={t("Insert an attribute in parameter {number}", { number })} onInsert={(text) => { set(row, { value: row.value + text }); }} />
              <Button
                label={t("Remove parameter {number}", { number })}
                icon="trash"
                iconOnly
                look="ghost sm"
                onPress={() => {
                  onChange({ parameters: rows.filter((each) => each !== row) });
                  focusLast();
                }}
              />
            </li>
          );
        })}
      </ul>
      <Button
        label={t("Add a parameter")}
        icon="plus"
        look="sm"
        reason={full}
        testId="response-add-parameter"
        onPress={() => {
          onChange({ parameters: [...rows, newRow()] });
          focusLast();
        }}
      />
      <p className="help">{t("${resource_id} stands for that attribute of the alarm; $${ for the signs themselves.")}</p>
    </fieldset>
  );
}
