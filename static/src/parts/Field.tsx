import { useId, type ReactNode } from "react";

import { Icon } from "./Icon";

export type FieldIds = { id: string; "aria-describedby": string; "aria-invalid": boolean };

/** A labelled control with its help or, when something is wrong, what is wrong. */
export function Field({ label, aside, help, error, children }: {
  label: string;
  aside?: ReactNode;
  help?: string;
  error?: string | null;
  children: (ids: FieldIds) => ReactNode;
}) {
  const id = useId();
  const wrong = error !== undefined && error !== null;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {aside !== undefined && <span className="faint num">{aside}</span>}
      </label>
      {children({ id, "aria-describedby": `${id}-help`, "aria-invalid": wrong })}
      <p id={`${id}-help`} className={wrong ? "help error" : "help num"}>
        {wrong && <Icon name="error" />}
        {wrong ? error : help}
      </p>
    </div>
  );
}
