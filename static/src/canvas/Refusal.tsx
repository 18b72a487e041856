import { ViewportPortal } from "@xyflow/react";

import { t } from "../i18n";
import { pointOf } from "../model/boxes";
import { mayConnect } from "../model/connect";
import { sizeOf } from "../model/lines";
import { nodeById } from "../model/rule";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { useUi } from "./ui";

/** While a connection is over a card it may not end at: the reason, just below that card. */
export function Refusal() {
  const from = useUi((state) => state.connecting?.from ?? null);
  const over = useUi((state) => state.over);
  const { document, layout } = useEditor(({ history }) => history.present);
  if (!from || over === null) return null;
  const verdict = mayConnect(document, from, over);
  const node = nodeById(document, over);
  const point = pointOf(layout, over);
  if (verdict.ok || !node || !point) return null;
  return (
    <ViewportPortal>
      <div className="refusal" style={{ transform: `translate(${point.x + 12}px, ${point.y + sizeOf(node).height + 8}px)` }}>
        <span className="tip" role="status">
          <Icon name="x" />
          {t(verdict.reason)}
        </span>
      </div>
    </ViewportPortal>
  );
}
