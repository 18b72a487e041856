import { t } from "../i18n";
import { countConditions, treeOf } from "../model/rule";
import type { FlowNode, Group } from "../model/types";
import { groupWords } from "../model/words";
import { CardHead } from "./CardHead";
import { ConditionLines } from "./ConditionLines";

function Lines({ node, tree }: { node: FlowNode; tree: Group | null }) {
  if (tree) return <ConditionLines cardId={node.id} tree={tree} />;
  return (
    <ol className="lines">
      <li className="k">{t("kept, not editable here")}</li>
    </ol>
  );
}

/** The inside of a condition card: its name, how its conditions join, and, not from far, the conditions as short lines. */
export function ConditionCard({ node, far }: { node: FlowNode; far: boolean }) {
  const tree = treeOf(node);
  const count = tree ? countConditions(tree) : 0;
  return (
    <>
      <CardHead node={node} kind="condition">
        {!far && tree && count > 1 && <span className="num">{`${groupWords(tree, t)} · ${count}`}</span>}
      </CardHead>
      {!far && <Lines node={node} tree={tree} />}
    </>
  );
}
