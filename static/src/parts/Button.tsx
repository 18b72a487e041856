import { useId, useState, type MouseEvent, type ReactNode } from "react";

import { Icon, type IconName } from "./Icon";
import { Tip } from "./Tip";
import type { Anchor } from "./useFloating";

export type ButtonProps = {
  /** What it says; with `iconOnly` its accessible name and hint. */
  label: string;
  icon?: IconName;
  iconOnly?: boolean;
  look?: string;
  keys?: string;
  /** Why it does nothing now. The button stays reachable and says so on hover and focus. */
  reason?: string | null;
  pressed?: boolean;
  expanded?: boolean;
  testId?: string;
  children?: ReactNode;
  onPress: (event: MouseEvent<HTMLButtonElement>) => void;
};

/** A button that, when it cannot act, says why instead of going dead. */
export function Button(props: ButtonProps) {
  const { label, icon, iconOnly = false, look = "", keys, reason = null, pressed, expanded, testId, children, onPress } = props;
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  const tipId = useId();
  const hint = reason ?? (iconOnly || keys ? label : null);
  return (
    <>
      <button
        type="button"
        className={`btn ${look} ${iconOnly ? "icon" : ""}`}
        data-testid={testId}
        aria-label={iconOnly ? label : undefined}
        aria-disabled={reason !== null || undefined}
        aria-describedby={anchor && hint !== null ? tipId : undefined}
        aria-pressed={pressed}
        aria-expanded={expanded}
        onMouseEnter={(event) => { setAnchor(event.currentTarget.getBoundingClientRect()); }}
        onMouseLeave={() => { setAnchor(null); }}
        onFocus={(event) => {
          if (event.currentTarget.matches(":focus-visible")) setAnchor(event.currentTarget.getBoundingClientRect());
        }}
        onBlur={() => { setAnchor(null); }}
        onClick={(event) => {
          if (reason === null) onPress(event);
          else setAnchor(event.currentTarget.getBoundingClientRect());
        }}
      >
        {icon && <Icon name={icon} />}
        {!iconOnly && <span className="label">{label}</span>}
        {children}
      </button>
      {anchor && hint !== null && <Tip id={tipId} text={hint} keys={reason === null ? keys : undefined} refused={reason !== null} anchor={anchor} />}
    </>
  );
}
