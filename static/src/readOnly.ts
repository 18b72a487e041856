import { t } from "./i18n";
import { editor } from "./store";

/** Why this reader cannot change the rule, or null. */
export function readOnlyReason(): string | null {
  return editor.getState().can.edit ? null : t("You may look at this rule, not change it.");
}
