import { useId, useMemo } from "react";

import { itemsIn } from "../../canvas/derived";
import { t } from "../../i18n";
import { unfolded } from "../../model/outlineTree";
import { hasFlow } from "../../model/rule";
import { useEditor } from "../../store";
import { onOutlineKey } from "./keys";
import { OutlineItem } from "./OutlineItem";
import { setCurrent, stopOf, useOutline } from "./state";
import { useFollow } from "./useFollow";

function keyHints(): string {
  return t("Enter: fields · Shift F10: menu · Insert: condition before · ← →: fold");
}

/** The rule as an indented list: the same cards, selection and undo as on the canvas; all that can be done there can here. */
export function Outline() {
  const document = useEditor(({ history }) => history.present.document);
  const all = itemsIn(document);
  const folded = useOutline((state) => state.folded);
  const items = useMemo(() => unfolded(all, folded), [all, folded]);
  const stop = useOutline((state) => stopOf(items, state));
  const hint = useId();
  useFollow(all);
  if (!hasFlow(document)) return <p className="outline-empty small faint">{t("This rule has no flow.")}</p>;
  return (
    <>
      <p className="outline-name">{typeof document.name === "string" ? document.name : ""}</p>
      <div
        className="outline"
        role="tree"
        data-testid="outline"
        aria-label={t("Outline")}
        aria-multiselectable="true"
        tabIndex={-1}
        aria-describedby={hint}
        onKeyDown={(event) => { onOutlineKey(event, items); }}
        onFocus={({ target }) => {
          const { key } = target.closest<HTMLElement>("[data-key]")?.dataset ?? {};
          if (key !== undefined) setCurrent(items, key);
        }}
      >
        {items.map((item) => (
          <OutlineItem key={item.key} item={item} stop={item.key === stop} folded={item.holds && folded.has(item.key)} />
        ))}
      </div>
      <p id={hint} className="outline-hint small faint">
        {keyHints()}
      </p>
    </>
  );
}
