import { useState } from "react";

import type { Run, Settling } from "../api/alarms";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Choice } from "../parts/Choice";
import { Dialog } from "../parts/Dialog";
import { Field } from "../parts/Field";
import { lengthFault } from "./incident";
import { reasonOf, settle, useAlarms } from "./state";

const NOTE = [0, 500] as const;

function close(): void {
  useAlarms.setState({ settling: null });
}

/** A person who found out says whether a task ran. */
export function SettleDialog({ run }: { run: Run }) {
  const [outcome, setOutcome] = useState<Settling["outcome"] | null>(null);
  const [note, setNote] = useState("");
  const [order, setOrder] = useState("");
  const [refused, setRefused] = useState("");
  const [asking, setAsking] = useState(false);
  const tooLong = lengthFault(note, NOTE);
  const reason = outcome === null ? t("Say first whether it ran.") : asking ? t("Saving…") : tooLong;
  const save = (): void => {
    if (outcome === null) return;
    const found = outcome === "ran" && order.trim() !== "" ? { work_order: order.trim() } : {};
    setAsking(true);
    setRefused("");
    settle(run, { outcome, ...(note.trim() === "" ? {} : { note: note.trim() }), ...found })
      .catch((error: unknown) => { setRefused(reasonOf(error)); })
      .finally(() => { setAsking(false); });
  };
  const footer = (
    <>
      <Button label={t("Cancel")} look="ghost" onPress={close} />
      <Button label={t("Settle")} look="primary" testId="settle-save" reason={reason} onPress={save} />
    </>
  );
  return (
    <Dialog title={t("Did it run?")} intro={run.detail} testId="settle-dialog" footer={footer} onClose={close}>
      <div className="settle">
        <div role="radiogroup" aria-label={t("Did it run?")}>
          <Choice kind="radio" name="settled" label={t("It ran")} checked={outcome === "ran"} onChange={() => { setOutcome("ran"); }} />
          <Choice kind="radio" name="settled" label={t("It did not run")} checked={outcome === "did_not_run"} onChange={() => { setOutcome("did_not_run"); }} />
        </div>
        {outcome === "ran" && (
          <Field label={t("Work order")} help={t("From COC, if you know it: it is followed then.")}>
            {(ids) => <input {...ids} className="input mono" value={order} spellCheck={false} onChange={(event) => { setOrder(event.target.value); }} />}
          </Field>
        )}
        <Field label={t("Note")} help={t("How you found out, for whoever reads this later.")} error={tooLong}>
          {(ids) => <textarea {...ids} className="input area" value={note} onChange={(event) => { setNote(event.target.value); }} />}
        </Field>
        {refused !== "" && <p className="note error" role="alert">{refused}</p>}
      </div>
    </Dialog>
  );
}
