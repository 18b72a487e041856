import { exitTitle } from "../canvas/derived";
import { add, addReason } from "../canvas/edits";
import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import type { Row } from "../model/outline";
import type { Exit } from "../model/types";
import { BranchWord } from "../parts/BranchWord";
import { Button } from "../parts/Button";
import { useEditor } from "../store";
import { indent } from "./OutlineRow";

/** An exit that leads nowhere, with the buttons that continue it. */
export function OpenRow({ row, exit }: { row: Row; exit: Exit }) {
  const from = { id: row.id, exit };
  const title = useEditor(({ history }) => exitTitle(history.present.document, row.id, exit));
  const full = useEditor(() => addReason("condition"));
  const editable = useEditor(({ can }) => can.edit);
  return (
    <div className="open-row" style={indent(row.depth)} role="group" aria-label={t("{exit} leads nowhere", { exit: title })}>
      <BranchWord exit={exit} className="w" />
      {editable ? (
        <>
          <Button label={t("Condition")} icon="plus" look="ghost sm" reason={full} onPress={() => { add("condition", from); }} />
          <Button label={t("Merge")} icon="plus" look="ghost sm" onPress={() => { add("combine", from); }} />
          <Button
            label={t("Connect to…")}
            icon="to"
            iconOnly
            look="ghost sm"
            onPress={(event) => {
              const anchor = event.currentTarget.getBoundingClientRect();
              useUi.setState({ addMenu: { from, at: null, anchor } });
            }}
          />
        </>
      ) : (
        <span className="faint">{t("nothing")}</span>
      )}
    </div>
  );
}
