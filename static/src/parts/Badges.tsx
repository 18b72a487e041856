import { n } from "../i18n";
import { Icon } from "./Icon";

export type Counts = { errors: number; warnings: number };

/** How many errors and warnings stand against something; draws nothing when there are none. */
export function Badges({ errors, warnings }: Counts) {
  return (
    <>
      {errors > 0 && (
        <span className="badge error num" title={n(errors, "{count} error", "{count} errors")}>
          <Icon name="error" />
          {errors}
        </span>
      )}
      {warnings > 0 && (
        <span className="badge warn num" title={n(warnings, "{count} warning", "{count} warnings")}>
          <Icon name="warning" />
          {warnings}
        </span>
      )}
    </>
  );
}
