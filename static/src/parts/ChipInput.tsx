import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { t } from "../i18n";
import { Icon } from "./Icon";
import { Suggest, type Suggestion } from "./Suggest";

export type ChipInputProps = {
  label: string;
  values: readonly string[];
  suggestions: readonly Suggestion[];
  id?: string;
  describedBy?: string;
  /** The place in the document the values stand at. */
  pointer?: string;
  invalid?: boolean;
  readOnly?: boolean;
  placeholder?: string;
  mark?: (value: string) => ReactNode;
  onChange: (values: string[]) => void;
};

/** Several values as chips: type and press Enter to add, the cross or Backspace to remove. */
export function ChipInput(props: ChipInputProps) {
  const { label, values, suggestions, readOnly = false, mark, onChange } = props;
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const add = (value: string): void => {
    const trimmed = value.trim();
    setText("");
    if (trimmed !== "" && !values.includes(trimmed)) onChange([...values, trimmed]);
  };
  const remove = (value: string): void => {
    onChange(values.filter((other) => other !== value));
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>): boolean => {
    const last = values.at(-1);
    if (event.key !== "Backspace" || text !== "" || last === undefined || readOnly) return false;
    remove(last);
    return true;
  };
  return (
    <span className="chips" data-pointer={props.pointer}>
      {values.map((value) => (
        <span key={value} className="v" title={value}>
          {mark?.(value)}
          <span className="clip">{value}</span>
          {!readOnly && (
            <button type="button" className="x" aria-label={t("Remove {value}", { value })} onClick={() => { remove(value); }}>
              <Icon name="x" />
            </button>
          )}
        </span>
      ))}
      {!readOnly && (
        <Suggest
          label={label}
          id={props.id}
          describedBy={props.describedBy}
          invalid={props.invalid}
          inputRef={input}
          value={text}
          placeholder={values.length === 0 ? props.placeholder : " "}
          suggestions={suggestions.filter(({ value }) => !values.includes(value))}
          onChange={setText}
          onCommit={add}
          onKey={onKey}
          onLeave={() => { add(text); }}
        />
      )}
    </span>
  );
}
