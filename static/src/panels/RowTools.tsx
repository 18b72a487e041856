import { t } from "../i18n";
import { moveInTree, removeFromTree } from "../model/commands";
import { Icon } from "../parts/Icon";
import type { MenuGroup } from "../parts/Menu";
import { MenuButton } from "../parts/MenuButton";
import { useEditor } from "../store";

/** What can be done with one condition or group: move it among its siblings, grow a group, delete it. */
export function RowTools({ cardId, id, name, onAddGroup }: { cardId: string; id: string; name: string; onAddGroup?: () => void }) {
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  if (!editable) return null;
  const move = (delta: -1 | 1) => (): void => { apply(t("Move a condition"), (draft) => moveInTree(draft, cardId, id, delta)); };
  const remove = (): void => { apply(t("Delete a condition"), (draft) => removeFromTree(draft, cardId, id)); };
  const groups = (): MenuGroup[] => [
    {
      id: "row",
      items: [
        { id: "up", label: t("Move up"), icon: <Icon name="up" />, run: move(-1) },
        { id: "down", label: t("Move down"), icon: <Icon name="down" />, run: move(1) },
        ...(onAddGroup ? [{ id: "group", label: t("Add a group inside"), icon: <Icon name="plus" />, run: onAddGroup }] : []),
      ],
    },
    { id: "delete", items: [{ id: "delete", label: t("Delete"), icon: <Icon name="trash" />, run: remove }] },
  ];
  return <MenuButton label={t("More for {name}", { name })} icon="more" iconOnly look="ghost sm" groups={groups} />;
}
