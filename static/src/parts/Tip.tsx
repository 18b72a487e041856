import { createPortal } from "react-dom";

import { Icon } from "./Icon";
import { floor, useFloating, type Anchor } from "./useFloating";

/** A dark hint beside its anchor: what a button does and its key, or why it does nothing now. */
export function Tip({ id, text, keys, refused, anchor }: { id: string; text: string; keys?: string; refused?: boolean; anchor: Anchor }) {
  const ref = useFloating<HTMLSpanElement>(anchor, "middle");
  return createPortal(
    <span ref={ref} id={id} role="tooltip" className="tip floating">
      {refused && <Icon name="info" />}
      {text}
      {keys && <kbd>{keys}</kbd>}
    </span>,
    floor(),
  );
}
