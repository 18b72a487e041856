import { t } from "../i18n";
import { rowsOf } from "../canvas/derived";
import { hasFlow } from "../model/rule";
import type { Row } from "../model/outline";
import { useEditor } from "../store";
import { OpenRow } from "./OpenRow";
import { OutlineRow } from "./OutlineRow";

function keyOf(row: Row, index: number): string {
  return row.open === undefined ? `${row.id} ${row.again ? index : ""}` : `${row.id} ${row.open}`;
}

/** The rule as an indented list: the same cards, selection and undo as on the canvas, with plain buttons. */
export function Outline() {
  const document = useEditor(({ history }) => history.present.document);
  if (!hasFlow(document)) return <p className="outline-empty small faint">{t("This rule has no flow.")}</p>;
  return (
    <ol className="outline" data-testid="outline" aria-label={t("Outline")}>
      {rowsOf(document).map((row, index) => (
        <li key={keyOf(row, index)}>{row.open === undefined ? <OutlineRow row={row} /> : <OpenRow row={row} exit={row.open} />}</li>
      ))}
    </ol>
  );
}
