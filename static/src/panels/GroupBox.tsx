import { t } from "../i18n";
import { addCondition, addGroup, setJoin } from "../model/commands";
import { LIMITS } from "../model/limits";
import { countConditions, isGroup, nodeById, treeOf } from "../model/rule";
import type { Draft, Group, TreeNode } from "../model/types";
import { Button } from "../parts/Button";
import { FieldFinding } from "../parts/FieldFinding";
import { readOnlyReason } from "../readOnly";
import { useEditor } from "../store";
import { LeafRow } from "./LeafRow";
import { RowTools } from "./RowTools";

export type GroupProps = { cardId: string; group: Group; pointer: string; root?: boolean };

function useFull(cardId: string): string | null {
  return useEditor(({ history }) => {
    const node = nodeById(history.present.document, cardId);
    const tree = node && treeOf(node);
    const full = tree !== undefined && tree !== null && countConditions(tree) >= LIMITS.conditionsPerCard;
    return readOnlyReason() ?? (full ? t("A card holds at most {count} conditions.", { count: LIMITS.conditionsPerCard }) : null);
  });
}

function Head({ cardId, group, root }: Omit<GroupProps, "pointer">) {
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const full = useFull(cardId);
  const grow = (edit: (draft: Draft) => { draft: Draft }): void => { apply(t("Add a condition"), (draft) => edit(draft).draft); };
  return (
    <div className="ghead">
      <select
        className="pick"
        aria-label={t("How these conditions join")}
        value={group.value}
        disabled={!editable}
        onChange={(event) => {
          const joiner = event.target.value === "or" ? "or" : "and";
          apply(t("Change how conditions join"), (draft) => setJoin(draft, cardId, group.id, joiner));
        }}
      >
        <option value="and">{t("All of")}</option>
        <option value="or">{t("Any of")}</option>
      </select>
      <span className="grow faint small">{root ? t("must hold") : ""}</span>
      {!root && (
        <>
          <Button
            label={t("Condition in this group")}
            icon="plus"
            iconOnly
            look="ghost sm"
            reason={full}
            onPress={() => { grow((draft) => addCondition(draft, cardId, group.id)); }}
          />
          <RowTools cardId={cardId} id={group.id} name={t("this group")} onAddGroup={() => { grow((draft) => addGroup(draft, cardId, group.id)); }} />
        </>
      )}
    </div>
  );
}

function Child({ node, cardId, pointer }: { node: TreeNode; cardId: string; pointer: string }) {
  if (isGroup(node)) return <GroupBox cardId={cardId} group={node} pointer={pointer} />;
  return <LeafRow cardId={cardId} leaf={node} pointer={pointer} />;
}

/** A group of conditions with its joiner; inner groups are boxes of the same kind, to any depth. */
export function GroupBox({ cardId, group, pointer, root = false }: GroupProps) {
  const apply = useEditor((state) => state.apply);
  const full = useFull(cardId);
  return (
    <div className={`tree ${root ? "root" : ""}`} role="group" aria-label={group.value === "and" ? t("All of") : t("Any of")} data-pointer={pointer}>
      <Head cardId={cardId} group={group} root={root} />
      <ol>
        {group.nodes.map((child, index) => (
          <li key={child.id}>
            <Child node={child} cardId={cardId} pointer={`${pointer}/nodes/${index}`} />
          </li>
        ))}
      </ol>
      {group.nodes.length === 0 && <FieldFinding pointer={pointer} />}
      {root && (
        <div className="row tree-add">
          <Button
            label={t("Condition")}
            icon="plus"
            look="sm"
            reason={full}
            onPress={() => { apply(t("Add a condition"), (draft) => addCondition(draft, cardId, group.id).draft); }}
          />
          <Button
            label={t("Group")}
            icon="plus"
            look="sm"
            reason={full}
            onPress={() => { apply(t("Add a group"), (draft) => addGroup(draft, cardId, group.id).draft); }}
          />
        </div>
      )}
    </div>
  );
}
