import { keysOf } from "../actions";
import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import type { Finding } from "../model/types";
import { Button } from "../parts/Button";
import { FileButton } from "../parts/FileButton";
import { Icon } from "../parts/Icon";
import { editor, useEditor } from "../store";
import { copyText } from "./copying";
import { importFile } from "./importing";
import { JsonText } from "./late";
import { applyReason, applyTyped, isCrossed, keepTyped, ruleText, untype, useTyped } from "./typedJson";
import { useNow } from "./useNow";

function Refused() {
  const refusal = useTyped((state) => state.refusal);
  if (!refusal) return null;
  return (
    <div className="note error json-refused" role="alert">
      <Icon name="error" />
      <div>
        <p>{refusal.message}</p>
        <ul>
          {refusal.findings.map(({ code, pointer, message, hint }: Finding, index) => (
            <li key={`${code} ${index}`}>
              <button type="button" className="link mono" onClick={() => { useUi.setState({ placeWish: { pointer, selection: editor.getState().selection } }); }}>
                {pointer || "/"}
              </button>{" "}
              {message} {hint}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** What `ask` answers of the text that waits and of the rule, kept current. */
function useTypedNow<T>(ask: () => T): T {
  useNow(ask);
  return useTyped(() => ask());
}

/** Both were changed: the rule on the canvas and its text here. Neither is dropped unasked. */
function Crossed() {
  if (!useTypedNow(isCrossed)) return null;
  return (
    <div className="note warn json-crossed" role="status" data-testid="json-crossed">
      <Icon name="warning" />
      <span className="grow">{t("The rule was changed elsewhere while its text was edited here. Which of the two counts?")}</span>
      <Button label={t("Show the rule")} look="sm" testId="json-take-rule" onPress={untype} />
      <Button label={t("Keep my text")} look="sm" testId="json-keep-text" onPress={keepTyped} />
    </div>
  );
}

function Bar({ editable }: { editable: boolean }) {
  const edited = useUi((state) => state.typedJson !== null);
  const reason = useTypedNow(applyReason);
  return (
    <div className="json-bar">
      {edited ? (
        <span className="small json-state">{t("Edited, not applied yet. The rule stays as it is until then.")}</span>
      ) : (
        <span className="small dim json-state">{t("The exact document, as the API takes it.")}</span>
      )}
      <span className="grow" />
      {editable && <FileButton label={t("Import a file")} testId="import-file" onFile={(file) => void importFile(file)} />}
      <Button label={t("Copy")} icon="copy" look="ghost sm" onPress={() => void copyText(useUi.getState().typedJson ?? ruleText())} />
      {edited && <Button label={t("Discard")} look="ghost sm" onPress={untype} />}
      {editable && <Button label={t("Apply")} look="sm primary" keys={keysOf("apply-json")} testId="json-apply" reason={reason} onPress={() => void applyTyped()} />}
    </div>
  );
}

/** The exact document. Edits here replace the draft in one step, once the server could read them. */
export function JsonPanel() {
  const editable = useEditor(({ can }) => can.edit);
  return (
    <div className="json-panel" data-testid="json-panel">
      <Bar editable={editable} />
      <Refused />
      <Crossed />
      <JsonText editable={editable} />
    </div>
  );
}
