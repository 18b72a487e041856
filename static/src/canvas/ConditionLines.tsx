import { t } from "../i18n";
import { ATTRIBUTES, isGroup } from "../model/rule";
import type { Group, Leaf } from "../model/types";
import { groupWords, leafWords } from "../model/words";
import { Severity } from "../parts/Severity";

function Line({ leaf }: { leaf: Leaf }) {
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
    </li>
  );
}

function Bracket({ group }: { group: Group }) {
  return (
    <li className="bracket">
      <span className="join">{groupWords(group, t)}</span>
      <ol>
        {group.nodes.length === 0 && <li className="k">{t("no condition yet")}</li>}
        <Lines group={group} />
      </ol>
    </li>
  );
}

function Lines({ group }: { group: Group }) {
  return group.nodes.map((node) => (isGroup(node) ? <Bracket key={node.id} group={node} /> : <Line key={node.id} leaf={node} />));
}

/** The conditions of a card, a line each; inner groups are brackets with their word in front. */
export function ConditionLines({ tree }: { tree: Group }) {
  return (
    <ol className="lines">
      {tree.nodes.length === 0 && <li className="k">{t("no condition yet")}</li>}
      <Lines group={tree} />
    </ol>
  );
}
