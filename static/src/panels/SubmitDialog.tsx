import { useEffect, useState } from "react";

import { getConnections, type Connection } from "../api/connections";
import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { editor, useEditor } from "../store";
import { Outcome } from "./Outcome";
import { PreviewNote } from "./submit/PreviewNote";
import { Progress } from "./submit/Progress";
import { usePreview } from "./submit/usePreview";
import { useReason } from "./useReason";
import { useRefusal } from "./useRefusal";

type Known = { state: "asking" } | { state: "failed" } | { state: "known"; connections: Connection[] };

function useConnections(): Known {
  const [known, setKnown] = useState<Known>({ state: "asking" });
  useEffect(() => {
    getConnections().then(
      (connections) => { setKnown({ state: "known", connections }); },
      () => { setKnown({ state: "failed" }); },
    );
  }, []);
  return known;
}

function Target({ connections, chosen, onChoose }: { connections: Connection[]; chosen: Connection | undefined; onChoose: (id: string) => void }) {
  return (
    <Field label={t("Connection")} help={chosen && t("Region {region}, project {project}", { region: chosen.region, project: chosen.project_id })}>
      {(ids) => (
        <select {...ids} className="input" data-testid="connection-select" value={String(chosen?.id ?? "")} onChange={(event) => { onChoose(event.target.value); }}>
          {connections.map((connection) => (
            <option key={connection.id} value={String(connection.id)}>
              {`${connection.name} (${connection.region})`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function connectionsNote(known: Known): string | null {
  if (known.state === "asking") return t("Asking for the connections…");
  if (known.state === "failed") return t("The connections cannot be read now.");
  return known.connections.length === 0 ? t("There is no connection to submit to yet.") : null;
}

/** Sends the saved version to the cloud: where to, a confirmation, and the whole answer. */
export function SubmitDialog() {
  const known = useConnections();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const submission = useEditor((state) => state.submission);
  const submitting = useEditor((state) => state.submitting);
  const { refused, attempt } = useRefusal();
  const version = useEditor((state) => state.saved?.version ?? 0);
  const name = useEditor(({ history: { present } }) => (typeof present.document.name === "string" ? present.document.name : ""));
  const connections = known.state === "known" ? known.connections : [];
  const chosen = connections.find(({ id }) => String(id) === chosenId) ?? connections[0];
  const note = connectionsNote(known);
  const preview = usePreview(submission === null ? chosen : undefined);
  const looking = preview.state === "looking" ? t("Looking at what is over there…") : null;
  const reason = useReason("submit") ?? note ?? looking;
  const expected = preview.state === "seen" ? preview.preview.before : "";
  const close = (): void => {
    useUi.setState({ dialog: null });
    editor.setState({ submission: null });
  };
  return (
    <Dialog
      title={t("Submit {name}, v{version}", { name, version })}
      intro={t("The rule with this name in the project is replaced, or made when there is none.")}
      testId="submit-dialog"
      onClose={close}
      footer={
        <>
          <Button label={submission ? t("Close") : t("Cancel")} look="ghost" onPress={close} />
          {!submission && (
            <Button
              label={submitting ? t("Submitting…") : t("Submit now")}
              look="primary"
              testId="submit-confirm"
              reason={reason}
              onPress={() => { if (chosen) attempt(async () => (await editor.getState().submit(chosen.id, expected)) !== null); }}
            />
          )}
        </>
      }
    >
      {note !== null && <p className="note">{note}</p>}
      {!submission && chosen && <Target connections={connections} chosen={chosen} onChoose={setChosenId} />}
      {!submission && refused !== null && (
        <p className="note error" role="alert" data-testid="submit-refused">
          <Icon name="error" />
          {refused}
        </p>
      )}
      {!submission && chosen && !submitting && <PreviewNote look={preview} />}
      {submitting && <Progress />}
      {submission && <Outcome submission={submission} />}
    </Dialog>
  );
}
