import { useEffect, useMemo } from "react";
import { useStore } from "zustand";

import { save } from "../actions";
import { line } from "../api/line";
import { chordWords, matches } from "../chords";
import { ChangeList } from "../compare/ChangeList";
import { compare, rowsOf, summaryOf } from "../compare/rows";
import { t } from "../i18n";
import { LIMITS } from "../model/limits";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { useEditor, type Saved } from "../store";
import { closeLayer } from "./layers";
import { useSaving } from "./saving";
import { useReason } from "./useReason";
import { useRefusal } from "./useRefusal";

const SEND = { key: "Enter", mod: true } as const;

function Changed({ saved }: { saved: Saved }) {
  const draft = useEditor(({ history }) => history.present);
  const comparison = useMemo(() => compare(saved, draft), [saved, draft]);
  const rows = useMemo(() => rowsOf(comparison), [comparison]);
  const summary = summaryOf(comparison.changes);
  return (
    <div className="save-changes">
      <p className="dim" data-testid="save-summary">
        {summary === "" ? t("Nothing that changes what the rule does.") : summary}
      </p>
      {rows.length > 0 && (
        // Longer than its box, it is scrolled by the keyboard too.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className="save-list" tabIndex={0} role="region" aria-label={t("Changes")}>
          <ChangeList rows={rows} />
        </div>
      )}
    </div>
  );
}

function WhatChanged() {
  const saved = useEditor((state) => state.saved);
  return saved ? <Changed saved={saved} /> : <p className="dim">{t("The first version of this rule.")}</p>;
}

/** Why the last try failed; the message stays, to be sent again. */
function Refused({ refused }: { refused: string | null }) {
  const signedIn = useStore(line, (state) => state.signedIn);
  if (signedIn && refused === null) return null;
  return (
    <p className="note error" role="alert" data-testid="save-refused">
      <Icon name="error" />
      <span>{signedIn ? refused : t("Your session has ended. Log in in another tab, then save again; your draft stays here.")}</span>
      {!signedIn && (
        <a href="/accounts/login/" target="_blank" rel="noreferrer">
          {t("Log in")}
        </a>
      )}
    </p>
  );
}

function useMessage() {
  const message = useSaving((state) => state.message);
  // Counted as the server counts: by characters, not by halves of them.
  const length = Array.from(message.trim()).length;
  const most = LIMITS.messageLength;
  const error = length > most ? t("At most {count} characters", { count: most }) : null;
  return { message, aside: t("{used} of {most}", { used: length, most }), error };
}

/** Saves with a few words for those who read the history: what changed, why, and whether it went. */
export function SaveDialog({ typed }: { typed: string }) {
  const { message, aside, error } = useMessage();
  const version = useEditor(({ saved }) => saved?.version ?? 0);
  const refusal = useReason("save");
  const saving = useEditor((state) => state.saving);
  const { refused, attempt } = useRefusal();
  useEffect(() => {
    useSaving.setState(({ message }) => ({ open: true, message: message + typed }));
    return () => { useSaving.setState({ open: false }); };
  }, [typed]);
  const reason = error ?? refusal;
  const send = (): void => { if (reason === null) attempt(save); };
  return (
    <Dialog
      title={t("Save as v{version}", { version: version + 1 })}
      testId="save-dialog"
      onClose={closeLayer}
      footer={
        <>
          <Button label={t("Cancel")} look="ghost" onPress={closeLayer} />
          <Button label={saving ? t("Saving…") : t("Save")} look="primary" testId="save-confirm" reason={reason} keys={chordWords(SEND)} onPress={send} />
        </>
      }
    >
      <Field label={t("Message")} aside={aside} help={t("For those who read the history: what this version is for.")} error={error}>
        {(ids) => (
          <textarea
            {...ids}
            className={`input area ${error === null ? "" : "is-error"}`}
            rows={3}
            // The dialog is opened to write this.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            data-testid="save-message-text"
            value={message}
            onChange={(event) => { useSaving.setState({ message: event.target.value }); }}
            onKeyDown={(event) => {
              if (!matches(SEND, event.nativeEvent)) return;
              event.preventDefault();
              send();
            }}
          />
        )}
      </Field>
      <Refused refused={refused} />
      <WhatChanged />
    </Dialog>
  );
}
