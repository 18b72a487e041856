import { t } from "../i18n";
import { combineOf } from "../model/rule";
import type { FlowNode } from "../model/types";
import { mergeWords } from "../model/words";
import { Icon } from "../parts/Icon";
import { CardHead } from "./CardHead";

function Tells({ names }: { names: string[] }) {
  if (names.length === 0) {
    return (
      <li>
        <span className="chip warn">
          <Icon name="warning" />
          {t("tells nobody")}
        </span>
      </li>
    );
  }
  return (
    <li className="tells">
      <span>
        <span className="k">{t("tells")}</span> <b>{names.join(t(", "))}</b>
      </span>
    </li>
  );
}

/** The three waits; a line may break between them, not inside one. */
function Waits({ text }: { text: string }) {
  return (
    <span>
      {text.split(/(?<=[,，]\s?)(?=\S)/u).map((piece) => (
        <span key={piece} className="piece">
          {piece}
        </span>
      ))}
    </span>
  );
}

function Lines({ node }: { node: FlowNode }) {
  const config = combineOf(node);
  const words = config && mergeWords(config, t);
  if (!words) return <li className="k">{t("kept, not editable here")}</li>;
  return (
    <>
      <li>{words.by}</li>
      <li className="num">
        <Waits text={words.waits} />
      </li>
      <Tells names={words.tells} />
    </>
  );
}

/** The inside of a merge card: its name and, not from far, what it merges by, its three waits in words, whom it tells. */
export function MergeCard({ node, far }: { node: FlowNode; far: boolean }) {
  return (
    <>
      <CardHead node={node} kind="combine" />
      {!far && (
        <ol className="lines">
          <Lines node={node} />
        </ol>
      )}
    </>
  );
}
