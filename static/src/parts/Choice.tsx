import { Icon } from "./Icon";

/** One of several, or on and off: a native radio or checkbox drawn in the house style. */
export function Choice({ kind, name, label, hint, checked, disabled, onChange }: {
  kind: "radio" | "checkbox";
  name?: string;
  label: string;
  hint?: string;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="choice">
      <input
        type={kind}
        name={name}
        className="hide"
        checked={checked}
        disabled={disabled}
        onChange={(event) => { onChange(event.target.checked); }}
      />
      <span className={`check ${kind === "radio" ? "round" : ""} ${checked ? "on" : ""}`} aria-hidden="true">
        {kind === "checkbox" && <Icon name="check" />}
      </span>
      <span>{label}</span>
      {hint && <span className="small faint">{hint}</span>}
    </label>
  );
}
