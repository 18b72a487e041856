import { useState } from "react";

import { t } from "../i18n";
import { setCombine } from "../model/commands";
import { LIMITS, type WaitName } from "../model/limits";
import type { Json, JsonObject } from "../model/types";
import { formatSeconds, parseDuration, secondsOf } from "../model/words";
import { Field } from "../parts/Field";
import { FieldFinding, FieldMend } from "../parts/FieldFinding";
import { useEditor } from "../store";

function shown(value: Json | undefined): string {
  const seconds = secondsOf(value);
  if (seconds !== null) return formatSeconds(seconds, t);
  return typeof value === "string" ? value : "";
}

function waitError(text: string, name: WaitName): string | null {
  const [least, most] = LIMITS.waits[name];
  const seconds = parseDuration(text);
  if (seconds === null) return t("A time such as 15 s, 10 min or 1 h");
  if (seconds < least) return t("At least {time}", { time: formatSeconds(least, t) });
  return seconds > most ? t("At most {time}", { time: formatSeconds(most, t) }) : null;
}

function helpFor(name: WaitName): string {
  const [least, most] = LIMITS.waits[name];
  const range = t("{least} to {most}", { least: formatSeconds(least, t), most: formatSeconds(most, t) });
  return name === "group_repeat_waiting" ? t("{range}; 0 s: no repeat", { range }) : range;
}

/** One of the three waits of a merge card, written with its unit; what is no time is said and not stored. */
export function WaitField({ cardId, config, pointer, name, label }: {
  cardId: string;
  config: JsonObject;
  pointer: string;
  name: WaitName;
  label: string;
}) {
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const [text, setText] = useState<string | null>(null);
  const stored = shown(config[name]);
  const error = waitError(text ?? stored, name);
  return (
    <div data-pointer={`${pointer}/${name}`}>
      <Field label={label} help={helpFor(name)} error={error}>
        {(ids) => (
          <input
            {...ids}
            className={`input num ${error === null ? "" : "is-error"}`}
            type="text"
            autoComplete="off"
            data-testid={`wait-${name}`}
            readOnly={!editable}
            value={text ?? stored}
            onChange={(event) => {
              const { value } = event.target;
              const seconds = parseDuration(value);
              setText(value);
              if (seconds !== null) apply(t("Change a wait"), (draft) => setCombine(draft, cardId, { [name]: seconds }), `${cardId} ${name}`);
            }}
            onBlur={() => { setText(null); }}
          />
        )}
      </Field>
      {error === null ? <FieldFinding pointer={`${pointer}/${name}`} /> : <FieldMend pointer={`${pointer}/${name}`} />}
    </div>
  );
}
