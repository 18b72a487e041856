import { useStopsAt } from "../../canvas/way";
import { t } from "../../i18n";
import type { Item } from "../../model/outlineTree";
import { Icon } from "../../parts/Icon";
import { useEditor } from "../../store";

/** What a row shows of an exit that leads nowhere. */
export function OpenFace({ item: { row } }: { item: Item }) {
  const editable = useEditor(({ can }) => can.edit);
  const stops = useStopsAt(row.id, row.open);
  return (
    <>
      {editable && <Icon name="plus" />}
      <span className="what">{editable ? t("Add a card") : t("nothing")}</span>
      {stops && (
        <span className="chip warn">
          <Icon name="warning" />
          {t("stops here")}
        </span>
      )}
    </>
  );
}
