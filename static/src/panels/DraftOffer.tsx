import { useMemo, useState } from "react";

import { ChangeList } from "../compare/ChangeList";
import { compare, rowsOf, summaryOf, type Comparison } from "../compare/rows";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { editor } from "../store";
import { forgetDraft, restoreDraft, type KeptDraft } from "./localDraft";
import { timeOf } from "./times";

function offerOf({ version, at }: KeptDraft): string {
  const params = { time: timeOf(at), base: version, version: editor.getState().saved?.version ?? 0 };
  if (version >= params.version) return t("A draft of {time} is in this browser, not saved yet.", params);
  return t("A draft of {time}, begun from v{base}, is in this browser. The rule was saved as v{version} since.", params);
}

function against(kept: KeptDraft): Comparison {
  return compare(editor.getState().history.present, kept.draft);
}

type Offer = { kept: KeptDraft; comparison: Comparison; restore: () => void; close: () => void };

function DraftDialog({ kept, comparison, restore, close }: Offer) {
  const rows = useMemo(() => rowsOf(comparison), [comparison]);
  return (
    <Dialog
      title={t("The draft of {time}", { time: timeOf(kept.at) })}
      intro={t("What it has that v{version} on the server has not.", { version: editor.getState().saved?.version ?? 0 })}
      testId="draft-changes"
      onClose={close}
      footer={
        <>
          <Button label={t("Close")} onPress={close} />
          <Button label={t("Restore draft")} look="primary" onPress={restore} />
        </>
      }
    >
      <ChangeList rows={rows} />
    </Dialog>
  );
}

function Offered({ kept, onDone }: { kept: KeptDraft; onDone: () => void }) {
  // Told once: the versions it compares are those of opening.
  const [told] = useState(() => ({ words: offerOf(kept), comparison: against(kept) }));
  const [comparing, setComparing] = useState(false);
  const summary = summaryOf(told.comparison.changes);
  const restore = (): void => {
    restoreDraft(editor, kept);
    onDone();
  };
  const discard = (): void => {
    forgetDraft(editor, kept.version);
    onDone();
  };
  return (
    <div className="note banner" data-testid="draft-offer">
      <Icon name="history" />
      <span className="grow">
        {told.words} {summary !== "" && <b data-testid="draft-summary">{summary}</b>}
      </span>
      {summary !== "" && (
        <Button label={t("Compare")} look="ghost sm" testId="draft-compare" onPress={() => { setComparing(true); }} />
      )}
      <Button label={t("Restore draft of {time}", { time: timeOf(kept.at) })} look="sm" testId="draft-restore" onPress={restore} />
      <Button label={t("Discard")} look="ghost sm" testId="draft-discard" onPress={discard} />
      {comparing && <DraftDialog kept={kept} comparison={told.comparison} restore={restore} close={() => { setComparing(false); }} />}
    </div>
  );
}

/** Offers work this browser kept when the page was closed without saving, and tells what it would change. */
export function DraftOffer({ kept }: { kept: KeptDraft }) {
  const [open, setOpen] = useState(true);
  return open ? <Offered kept={kept} onDone={() => { setOpen(false); }} /> : null;
}
