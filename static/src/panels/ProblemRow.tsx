import { keysOf } from "../actions";
import { edgeTitle, titleOf } from "../canvas/derived";
import { goToFinding } from "../canvas/goTo";
import { mendRow } from "../canvas/mending";
import { t } from "../i18n";
import { fixOf } from "../model/mend";
import { edgeById, nodeById } from "../model/rule";
import type { Finding, RuleDocument } from "../model/types";
import { Icon } from "../parts/Icon";
import { MendButton } from "../parts/MendButton";
import { useEditor } from "../store";

const KINDS = { error: "Error", warning: "Warning", info: "Hint" } as const;
/** Not the severities' own names: "info" is the colour of an alarm severity. */
const LOOKS = { error: "error", warning: "", info: "hint" } as const;

function placeOf(doc: RuleDocument, { nodes, edges }: Finding): string {
  const node = nodes.find((id) => nodeById(doc, id));
  const edge = edges.find((id) => edgeById(doc, id));
  if (node !== undefined) return titleOf(doc, node);
  return edge === undefined ? t("Rule") : edgeTitle(doc, edge);
}

/** One finding: how bad, what, how to mend it, and where. Pressing it leads there, pressing its mend mends it. */
export function ProblemRow({ finding, number }: { finding: Finding; number: number }) {
  const { severity, message, hint } = finding;
  const place = useEditor(({ history }) => placeOf(history.present.document, finding));
  const fix = fixOf(finding);
  return (
    <li className="problem" data-problem={number}>
      <button
        type="button"
        className={`finding ${LOOKS[severity]}`}
        data-testid={`problem-${number}`}
        data-code={finding.code}
        onClick={() => { goToFinding(finding); }}
      >
        <Icon name={severity} />
        <span className="kind">{t(KINDS[severity])}</span>
        <span className="what">
          {message} {hint !== "" && <span className="dim">{hint}</span>}
        </span>
        <span className="grow" />
        <span className="small faint place">{place}</span>
      </button>
      {fix && <MendButton fix={fix} testId={`mend-${number}`} keys={keysOf("mend")} onPress={() => { mendRow(number, fix); }} />}
    </li>
  );
}
