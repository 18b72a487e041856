import { t } from "../../i18n";

/** What the text editor itself says, by its own English words. */
export function phrases(): Record<string, string> {
  return {
    Find: t("Find"),
    Replace: t("Replace with"),
    next: t("Next"),
    previous: t("Previous"),
    all: t("Select all"),
    "match case": t("Match case"),
    regexp: t("Regular expression"),
    "by word": t("Whole words"),
    replace: t("Replace"),
    "replace all": t("Replace all"),
    close: t("Close"),
    "Go to line": t("Go to line"),
    go: t("Go"),
    "current match": t("This match"),
    "on line": t("in line"),
    "replaced match on line $": t("Replaced in line $"),
    "replaced $ matches": t("$ places replaced"),
    "Folded lines": t("Folded lines"),
    "Unfolded lines": t("Unfolded lines"),
    to: t("to"),
    "folded code": t("Folded lines"),
    unfold: t("Unfold"),
    "Fold line": t("Fold"),
    "Unfold line": t("Unfold"),
    "Control character": t("Invisible character"),
    "Selection deleted": t("Selection deleted"),
  };
}
