import { useState } from "react";

import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { editor } from "../store";
import { forgetDraft, type KeptDraft } from "./localDraft";

/** Offers work this browser kept when the page was closed without saving. */
export function DraftOffer({ kept }: { kept: KeptDraft | null }) {
  const [open, setOpen] = useState(kept !== null);
  if (!kept || !open) return null;
  const at = new Date(kept.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const restore = (): void => {
    editor.getState().apply(t("Restore the draft"), () => kept.draft);
    setOpen(false);
  };
  const discard = (): void => {
    forgetDraft(editor);
    setOpen(false);
  };
  return (
    <div className="note draft-offer" data-testid="draft-offer">
      <Icon name="history" />
      <span className="grow">{t("A draft of {time} is in this browser, not saved yet.", { time: at })}</span>
      <Button label={t("Restore draft of {time}", { time: at })} look="sm" testId="draft-restore" onPress={restore} />
      <Button label={t("Discard")} look="ghost sm" testId="draft-discard" onPress={discard} />
    </div>
  );
}
