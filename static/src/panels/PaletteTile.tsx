import { useState } from "react";

import { actionOf, keysOf, perform, type ActionId } from "../actions";
import { CARD_TYPE } from "../canvas/drops";
import type { NewKind } from "../canvas/edits";
import { Glyph } from "../parts/Glyph";
import { Icon } from "../parts/Icon";
import { Tip } from "../parts/Tip";
import type { Anchor } from "../parts/useFloating";
import { useReason } from "./useReason";

/** A kind of card to add: press it, drag it onto the canvas, or use its key. */
export function PaletteTile({ id, kind, label, testId }: { id: ActionId; kind: NewKind; label: string; testId: string }) {
  const action = actionOf(id);
  const reason = useReason(id);
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  return (
    <>
      <button
        type="button"
        className="tile"
        data-testid={testId}
        draggable={reason === null}
        aria-disabled={reason !== null || undefined}
        onDragStart={(event) => {
          event.dataTransfer.setData(CARD_TYPE, kind);
          event.dataTransfer.effectAllowed = "copy";
        }}
        onMouseEnter={(event) => { setAnchor(event.currentTarget.getBoundingClientRect()); }}
        onMouseLeave={() => { setAnchor(null); }}
        onFocus={(event) => { setAnchor(event.currentTarget.getBoundingClientRect()); }}
        onBlur={() => { setAnchor(null); }}
        onClick={() => { perform(action); }}
      >
        <Glyph kind={kind} />
        <span className="hide">{action.label()}</span>
        <span className="word" aria-hidden="true">
          {label}
        </span>
        <kbd aria-hidden="true">{keysOf(id)}</kbd>
        <Icon name="grip" className="grip" />
      </button>
      {anchor && reason !== null && <Tip id={`${testId}-tip`} text={reason} refused anchor={anchor} />}
    </>
  );
}
