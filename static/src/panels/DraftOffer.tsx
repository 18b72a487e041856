import { useState } from "react";

import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { editor } from "../store";
import { forgetDraft, restoreDraft, type KeptDraft } from "./localDraft";

function timeOf(at: number): string {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}

function offerOf({ version, at }: KeptDraft): string {
  const params = { time: timeOf(at), base: version, version: editor.getState().saved?.version ?? 0 };
  if (version >= params.version) return t("A draft of {time} is in this browser, not saved yet.", params);
  return t("A draft of {time}, begun from v{base}, is in this browser. The rule was saved as v{version} since.", params);
}

/** Offers work this browser kept when the page was closed without saving. */
export function DraftOffer({ kept }: { kept: KeptDraft | null }) {
  const [open, setOpen] = useState(kept !== null);
  // Told once: the versions it compares are those of opening.
  const [words] = useState(() => (kept ? offerOf(kept) : ""));
  if (!kept || !open) return null;
  const restore = (): void => {
    restoreDraft(editor, kept);
    setOpen(false);
  };
  const discard = (): void => {
    forgetDraft(editor, kept.version);
    setOpen(false);
  };
  return (
    <div className="note draft-offer" data-testid="draft-offer">
      <Icon name="history" />
      <span className="grow">{words}</span>
      <Button label={t("Restore draft of {time}", { time: timeOf(kept.at) })} look="sm" testId="draft-restore" onPress={restore} />
      <Button label={t("Discard")} look="ghost sm" testId="draft-discard" onPress={discard} />
    </div>
  );
}
