import { t } from "../i18n";
import { countConditions, treeOf } from "../model/rule";
import type { FlowNode } from "../model/types";
import { groupWords } from "../model/words";
import { CardHead } from "./CardHead";
import { ConditionLines } from "./ConditionLines";

/** The inside of a condition card: its name, how its conditions join, and the conditions as short lines. */
export function ConditionCard({ node }: { node: FlowNode }) {
  const tree = treeOf(node);
  const count = tree ? countConditions(tree) : 0;
  return (
    <>
      <CardHead node={node} kind="condition">
        {tree && count > 1 && <span className="num">{`${groupWords(tree, t)} · ${count}`}</span>}
      </CardHead>
      {tree ? (
        <ConditionLines cardId={node.id} tree={tree} />
      ) : (
        <ol className="lines">
          <li className="k">{t("kept, not editable here")}</li>
        </ol>
      )}
    </>
  );
}
