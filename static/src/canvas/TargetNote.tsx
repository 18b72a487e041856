import { ViewportPortal } from "@xyflow/react";

import { t } from "../i18n";
import { pointOf } from "../model/boxes";
import { mayConnect } from "../model/connect";
import { sizeOf } from "../model/lines";
import { edgeById, nodeById } from "../model/rule";
import type { ExitRef, RuleDocument } from "../model/types";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { titleOf } from "./derived";
import { useUi } from "./ui";

type Note = { code: string; text: string; refused: boolean };

/** What letting go on a card would mean: why it may not lead there, or what it would no longer lead to. */
function noteFor(doc: RuleDocument, from: ExitRef, target: string): Note | null {
  const verdict = mayConnect(doc, from, target);
  if (!verdict.ok) return { code: verdict.code, text: t(verdict.reason), refused: true };
  const before = verdict.replaces === undefined ? undefined : edgeById(doc, verdict.replaces)?.target;
  if (before === undefined) return null;
  const text = before === target ? t("It leads here already.") : t("Leads here instead of {card}", { card: titleOf(doc, before) });
  return { code: "replaces", text, refused: false };
}

/** While a connection is over a card, and before it is let go: what that would mean, just below the card. */
export function TargetNote() {
  const from = useUi((state) => state.connecting?.from ?? null);
  const over = useUi((state) => state.over);
  const { document, layout } = useEditor(({ history }) => history.present);
  if (!from || over === null) return null;
  const note = noteFor(document, from, over);
  const node = nodeById(document, over);
  const point = pointOf(layout, over);
  if (!note || !node || !point) return null;
  return (
    <ViewportPortal>
      <div className="target-note" style={{ transform: `translate(${point.x + 12}px, ${point.y + sizeOf(node).height + 8}px)` }}>
        <span className="tip" role="status" data-testid="target-note" data-code={note.code}>
          <Icon name={note.refused ? "x" : "to"} />
          {note.text}
        </span>
      </div>
    </ViewportPortal>
  );
}
