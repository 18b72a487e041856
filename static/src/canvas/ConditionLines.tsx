import { t } from "../i18n";
import { ATTRIBUTES, isGroup } from "../model/rule";
import type { Group, Leaf } from "../model/types";
import { groupWords, leafWords } from "../model/words";
import { ResultMark } from "../parts/ResultMark";
import { Severity } from "../parts/Severity";
import { useConditionResult } from "./way";

function Line({ cardId, leaf }: { cardId: string; leaf: Leaf }) {
  const found = useConditionResult(cardId, leaf.id);
  const { subject, verb, values } = leafWords(leaf, t);
  return (
    <li>
      {ATTRIBUTES.includes(leaf.match.key) ? (
        <span className="k">{subject}</span>
      ) : (
        <>
          <span className="k">{t("tag")}</span>
          <span>{subject}</span>
        </>
      )}
      <span className="op">{verb}</span>
      {values.map((value, index) => (
        // The same value may be listed twice in an imported rule.
        <span className="v" key={`${value} ${index}`}>
          {leaf.match.key === "event_severity" && <Severity name={value} />}
          {value}
        </span>
      ))}
      {leaf.type === "numerical" && <span className="chip">{t("numerical")}</span>}
      {found && <ResultMark result={found.result} actual={found.actual} />}
    </li>
  );
}

function Bracket({ cardId, group }: { cardId: string; group: Group }) {
  return (
    <li className="bracket">
      <span className="join">{groupWords(group, t)}</span>
      <ol>
        {group.nodes.length === 0 && <li className="k">{t("no condition yet")}</li>}
        <Lines cardId={cardId} group={group} />
      </ol>
    </li>
  );
}

function Lines({ cardId, group }: { cardId: string; group: Group }) {
  return group.nodes.map((node) =>
    isGroup(node) ? <Bracket key={node.id} cardId={cardId} group={node} /> : <Line key={node.id} cardId={cardId} leaf={node} />,
  );
}

/** The conditions of a card, a line each, with how it came out on an alarm's way; inner groups are brackets. */
export function ConditionLines({ cardId, tree }: { cardId: string; tree: Group }) {
  return (
    <ol className="lines">
      {tree.nodes.length === 0 && <li className="k">{t("no condition yet")}</li>}
      <Lines cardId={cardId} group={tree} />
    </ol>
  );
}
