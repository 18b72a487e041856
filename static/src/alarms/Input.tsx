import type { ReactNode } from "react";

import { Field } from "../parts/Field";
import { faultAt, useAlarms } from "./state";

/** A labelled line of text that knows what is wrong with it by the name of its field. */
export function Input({ field, label, aside, help, value, unit, type = "text", mono = false, onChange }: {
  field: string;
  label: string;
  aside?: ReactNode;
  help?: string;
  value: string;
  unit?: string;
  type?: "text" | "password";
  mono?: boolean;
  onChange: (text: string) => void;
}) {
  const error = useAlarms(faultAt(field));
  return (
    <Field label={label} aside={aside} help={help} error={error}>
      {(ids) => (
        <span className={`input ${mono ? "mono" : ""} ${error === null ? "" : "is-error"}`}>
          <input
            {...ids}
            data-field={field}
            type={type}
            autoComplete={type === "password" ? "new-password" : "off"}
            spellCheck={false}
            value={value}
            onChange={(event) => { onChange(event.target.value); }}
          />
          {unit !== undefined && <span className="unit">{unit}</span>}
        </span>
      )}
    </Field>
  );
}

/** Several lines of text, of the same kind. */
export function TextArea({ field, label, help, value, mono = false, rows = 3, onChange }: {
  field: string;
  label: string;
  help?: string;
  value: string;
  mono?: boolean;
  rows?: number;
  onChange: (text: string) => void;
}) {
  const error = useAlarms(faultAt(field));
  return (
    <Field label={label} help={help} error={error}>
      {(ids) => (
        <textarea
          {...ids}
          data-field={field}
          className={`input area ${mono ? "mono" : ""} ${error === null ? "" : "is-error"}`}
          rows={rows}
          spellCheck={!mono}
          value={value}
          onChange={(event) => { onChange(event.target.value); }}
        />
      )}
    </Field>
  );
}

/** What is wrong with something that is no field of its own. */
export function FaultLine({ field }: { field: string }) {
  const fault = useAlarms(faultAt(field));
  return fault === null ? null : <p className="help error" role="alert">{fault}</p>;
}

export type Option<T extends string> = { value: T; label: string; hint?: string };

/** One of a few, as joined buttons: native radios, so that arrows choose. */
export function Segments<T extends string>({ name, label, options, value, onChange }: {
  name: string;
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <span className="seg sm segments" role="radiogroup" aria-label={label} data-field={name}>
      {options.map((option) => (
        <label key={option.value} className={option.value === value ? "on" : ""}>
          <input type="radio" className="hide" name={name} value={option.value} checked={option.value === value} onChange={() => { onChange(option.value); }} />
          <span>{option.label}</span>
        </label>
      ))}
    </span>
  );
}

/** One of a few, as cards with a word of what each is. */
export function Cards<T extends string>({ name, label, options, value, onChange }: {
  name: string;
  label: string;
  options: readonly Option<T>[];
  value: T;
  onChange: (value: T) => void;
}) {
  return (
    <div className="kinds" role="radiogroup" aria-label={label} data-field={name}>
      {options.map((option) => (
        // Its name is the words of the option.
        // eslint-disable-next-line jsx-a11y/label-has-associated-control
        <label key={option.value} className={`kind ${option.value === value ? "on" : ""}`}>
          <input type="radio" className="hide" name={name} value={option.value} checked={option.value === value} onChange={() => { onChange(option.value); }} />
          <span className={`check round ${option.value === value ? "on" : ""}`} aria-hidden="true" />
          <span><b>{option.label}</b> <span className="sub">{option.hint}</span></span>
        </label>
      ))}
    </div>
  );
}
