import { useRef, useState } from "react";

import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import type { Finding } from "../model/types";
import { Button } from "../parts/Button";
import { FileButton } from "../parts/FileButton";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { copyText } from "./copying";
import { importFile, replaceWith, type Refusal } from "./importing";
import { writeJson } from "./jsonText";

function Refused({ refusal }: { refusal: Refusal }) {
  return (
    <div className="note error json-refused" role="alert">
      <Icon name="error" />
      <div>
        <p>{refusal.message}</p>
        <ul>
          {refusal.findings.map((finding: Finding, index) => (
            <li key={`${finding.code} ${index}`}>
              <span className="mono">{finding.pointer || "/"}</span> {finding.message} {finding.hint}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function LineNumbers({ text, wrong }: { text: string; wrong?: number }) {
  return (
    <pre className="json-lines num" aria-hidden="true">
      {text.split("\n").map((_, index) => (
        <span key={index} className={index + 1 === wrong ? "is-wrong" : undefined}>{`${index + 1}\n`}</span>
      ))}
    </pre>
  );
}

function setTyped(typedJson: string | null): void {
  useUi.setState({ typedJson });
}

/** The exact document. Edits here replace the draft in one step, once the server could read them. */
export function JsonPanel() {
  const document = useEditor(({ history }) => history.present.document);
  const editable = useEditor(({ can }) => can.edit);
  const edited = useUi((state) => state.typedJson);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const lines = useRef<HTMLDivElement>(null);
  const text = edited ?? writeJson(document);
  const drop = (): void => {
    setTyped(null);
    setRefusal(null);
  };
  const apply = async (): Promise<void> => {
    const refused = await replaceWith(text, t("Edit the JSON"));
    setRefusal(refused);
    // What was typed while the server read stays.
    if (!refused && useUi.getState().typedJson === text) setTyped(null);
  };
  return (
    <div className="json-panel" data-testid="json-panel">
      <div className="json-bar">
        {edited === null ? <span className="small dim">{t("The exact document, as the API takes it.")}</span> : <span className="small">{t("Edited, not applied yet.")}</span>}
        <span className="grow" />
        {editable && <FileButton label={t("Import a file")} testId="import-file" onFile={(file) => void importFile(file)} />}
        <Button label={t("Copy")} icon="copy" look="ghost sm" onPress={() => void copyText(text)} />
        {edited !== null && <Button label={t("Discard")} look="ghost sm" onPress={drop} />}
        {editable && (
          <Button label={t("Apply")} look="sm primary" testId="json-apply" reason={edited === null ? t("Nothing is edited.") : null} onPress={() => void apply()} />
        )}
      </div>
      {refusal && <Refused refusal={refusal} />}
      <div className="json-text">
        <div ref={lines} className="json-gutter">
          <LineNumbers text={text} wrong={refusal?.line} />
        </div>
        <textarea
          className="mono"
          aria-label={t("Rule document as JSON")}
          spellCheck={false}
          wrap="off"
          readOnly={!editable}
          value={text}
          onScroll={(event) => { lines.current?.scrollTo(0, event.currentTarget.scrollTop); }}
          onChange={(event) => {
            setTyped(event.target.value);
            setRefusal(null);
          }}
        />
      </div>
    </div>
  );
}
