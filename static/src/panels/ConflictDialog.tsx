import { save } from "../actions";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { editor, useEditor } from "../store";
import { copyText } from "./copying";
import { writeJson } from "./jsonText";

function time(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString();
}

function copyMine(): void {
  void copyText(writeJson(editor.getState().history.present.document));
}

/** Only on the reader's word: the draft becomes the version after theirs, which stays in the history. */
function saveOnTop(): void {
  editor.getState().keepMine();
  void save();
}

/** Somebody saved in between: who and when, and ways on that lose nothing. */
export function ConflictDialog() {
  const conflict = useEditor((state) => state.conflict);
  const ruleId = useEditor((state) => state.ruleId);
  const base = useEditor((state) => state.saved?.version ?? 0);
  if (!conflict) return null;
  const close = (): void => { editor.setState({ conflict: null }); };
  const params = { author: conflict.author, version: conflict.version, time: time(conflict.created), base };
  return (
    <Dialog
      title={t("Somebody saved before you")}
      intro={t("{author} saved v{version} at {time} while you worked on v{base}. Nothing is lost: your draft stays here.", params)}
      testId="conflict"
      onClose={close}
      footer={
        <>
          <Button label={t("Copy my JSON")} icon="copy" look="ghost" onPress={copyMine} />
          <span className="grow" />
          <a className="btn" href={`/rules/${encodeURIComponent(ruleId ?? "")}/`} target="_blank" rel="noreferrer">
            {t("Open theirs in a new tab")}
          </a>
          <Button label={t("Save mine on top")} testId="conflict-keep" onPress={saveOnTop} />
          <Button label={t("Back to my draft")} look="primary" onPress={close} />
        </>
      }
    />
  );
}
