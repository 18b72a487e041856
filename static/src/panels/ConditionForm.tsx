import { titleOf } from "../canvas/derived";
import { pointerTo } from "../canvas/pointers";
import { t } from "../i18n";
import { LIMITS } from "../model/limits";
import { countConditions, edgeFrom, treeOf } from "../model/rule";
import type { Exit, FlowNode, Group } from "../model/types";
import { treeSentence } from "../model/words";
import { FieldFinding } from "../parts/FieldFinding";
import { Glyph } from "../parts/Glyph";
import { Rich } from "../parts/Rich";
import { useEditor } from "../store";
import { ExitRows } from "./ExitRows";
import { GroupBox } from "./GroupBox";
import { KeptLine } from "./KeptLine";
import { Meter } from "./Meter";
import { PanelHead } from "./PanelHead";

const SHOWN = ["id", "type", "businessType", "value"];

function useTarget(id: string, exit: Exit): string {
  return useEditor(({ history }) => {
    const { document } = history.present;
    const edge = edgeFrom(document, id, exit);
    return edge ? titleOf(document, edge.target) : t("an open branch");
  });
}

function meets(tree: Group): string {
  const count = countConditions(tree);
  if (count < 2) return treeSentence(tree, t);
  const flat = tree.nodes.length === count;
  if (!flat) return t("these {count} conditions", { count });
  return tree.value === "and" ? t("all {count} conditions", { count }) : t("any of {count} conditions", { count });
}

function Sentence({ id, tree }: { id: string; tree: Group }) {
  const yes = useTarget(id, "true");
  const no = useTarget(id, "false");
  const count = countConditions(tree);
  const parts = { what: count === 1 ? <b>{meets(tree)}</b> : meets(tree), yes: <b>{yes}</b>, no: <b>{no}</b> };
  return (
    <p className="dim">
      {count === 0 ? (
        <Rich message="This card has no condition yet. What it does not meet goes on to {no}." parts={parts} />
      ) : count === 1 ? (
        <Rich message="When {what}, an alarm goes to {yes}. Any other goes on to {no}." parts={parts} />
      ) : (
        <Rich message="An alarm that meets {what} goes to {yes}. Any other goes on to {no}." parts={parts} />
      )}
    </p>
  );
}

/** The form of a condition card: what it says as a sentence, its tree of conditions, and where alarms go. */
export function ConditionForm({ node }: { node: FlowNode }) {
  const tree = treeOf(node);
  const title = useEditor(({ history }) => titleOf(history.present.document, node.id));
  const pointer = useEditor(({ history }) => pointerTo(history.present.document, "nodes", node.id));
  const count = tree ? countConditions(tree) : 0;
  const kept = Object.keys(node).filter((name) => !SHOWN.includes(name));
  return (
    <>
      <PanelHead glyph={<Glyph kind="condition" />} title={title} id={node.id} back={node.id} />
      <div className="panel-scroll">
        {tree && (
          <div className="sec">
            <Sentence id={node.id} tree={tree} />
          </div>
        )}
        <div className="sec grow">
          <div className="sec-head">
            <h3>{t("Conditions")}</h3>
            <span className="grow" />
            <Meter used={count} most={LIMITS.conditionsPerCard} />
          </div>
          {tree ? (
            <GroupBox cardId={node.id} group={tree} pointer={`${pointer}/value`} root />
          ) : (
            <>
              <FieldFinding pointer={`${pointer}/value`} />
              <KeptLine names={["value"]} />
            </>
          )}
          <KeptLine names={kept} />
        </div>
      </div>
      <ExitRows node={node} />
    </>
  );
}
