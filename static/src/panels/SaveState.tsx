import { t } from "../i18n";
import { useEditor } from "../store";
import { useUnsaved } from "./typedJson";

/** Whether the draft is what the server holds. */
export function SaveState() {
  const saving = useEditor((state) => state.saving);
  const unsaved = useUnsaved();
  const editable = useEditor(({ can }) => can.edit);
  if (!editable) return <span className="small dim save-state">{t("Read only")}</span>;
  if (saving) return <span className="small dim save-state">{t("Saving…")}</span>;
  return <span className="small dim save-state">{unsaved ? <b>{t("Unsaved changes")}</b> : t("Saved")}</span>;
}
