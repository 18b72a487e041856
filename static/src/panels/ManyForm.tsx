import { titleOf } from "../canvas/derived";
import { removeSelected } from "../canvas/edits";
import { n, t } from "../i18n";
import { Button } from "../parts/Button";
import { useEditor } from "../store";
import { ActionButton } from "./ActionButton";

const LINE_TOOLS = [
  "align-left",
  "align-centre",
  "align-right",
  "align-top",
  "align-middle",
  "align-bottom",
  "distribute-across",
  "distribute-down",
] as const;

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
          <div className="row line-tools" role="group" aria-label={t("Align and distribute")}>
            {LINE_TOOLS.map((id) => (
              <ActionButton key={id} id={id} icon={id} iconOnly look="ghost" />
            ))}
          </div>
        </div>
      )}
      {editable && (
        <div className="sec row">
          <ActionButton id="duplicate" icon="duplicate" />
          <Button label={t("Delete")} icon="trash" look="danger" onPress={removeSelected} />
        </div>
      )}
    </>
  );
}
