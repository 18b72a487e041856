import { removeSelected } from "../canvas/edits";
import { titleOf } from "../canvas/derived";
import { n, t } from "../i18n";
import { Button } from "../parts/Button";
import { useEditor } from "../store";

/** Several cards at once: their names, and what can be done with all of them. */
export function ManyForm({ ids }: { ids: string[] }) {
  const document = useEditor(({ history }) => history.present.document);
  const editable = useEditor(({ can }) => can.edit);
  return (
    <>
      <div className="panel-head">
        <h2>{n(ids.length, "{count} card selected", "{count} cards selected")}</h2>
      </div>
      <div className="sec">
        <p className="dim">{ids.map((id) => titleOf(document, id)).join(t(", "))}</p>
      </div>
      {editable && (
        <div className="sec">
          <Button label={t("Delete")} icon="trash" look="danger" onPress={removeSelected} />
        </div>
      )}
    </>
  );
}
