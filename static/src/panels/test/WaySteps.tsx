import { useUi } from "../../canvas/ui";
import { centreOn } from "../../canvas/view";
import { t } from "../../i18n";
import { ATTRIBUTES, countConditions, kindOf, nodeById, treeOf } from "../../model/rule";
import type { FlowNode, Operate, RuleDocument } from "../../model/types";
import { tellingSteps, type ConditionResult, type Step } from "../../model/way";
import { groupWords, subjectOf, verbOf } from "../../model/words";
import { BranchWord } from "../../parts/BranchWord";
import { Glyph } from "../../parts/Glyph";
import { ResultMark } from "../../parts/ResultMark";
import { Severity } from "../../parts/Severity";
import { editor, useEditor } from "../../store";
import { useTest, walkOf } from "./testing";
import { placeTitle } from "./verdictWords";

const KNOWN_OPERATES = ["EQUALS", "REGEX", "EXIST"];

/** Selects a card, brings it to the middle and makes it the next stop of the keyboard on the canvas. */
function goTo(id: string): void {
  editor.getState().select({ nodes: [id] });
  useUi.setState({ current: id });
  centreOn(id);
}

function ConditionLine({ found }: { found: ConditionResult }) {
  const { key, operate, value, actual, result } = found;
  const verb = KNOWN_OPERATES.includes(operate) ? verbOf(operate as Operate, t) : operate;
  return (
    <li>
      <span className="expected">
        <span className="k">{ATTRIBUTES.includes(key) ? subjectOf(key, t) : t("tag {name}", { name: key })}</span>
        <span className="op">{verb}</span>
        {operate !== "EXIST" &&
          value.map((one, index) => (
            <span className="v" key={`${one} ${index}`}>
              {key === "event_severity" && <Severity name={one} />}
              {one}
            </span>
          ))}
      </span>
      <ResultMark result={result} actual={actual} />
    </li>
  );
}

function joinWords(node: FlowNode | undefined): string {
  const tree = node && treeOf(node);
  const count = tree ? countConditions(tree) : 0;
  return tree && count > 1 ? `${groupWords(tree, t)} · ${count}` : "";
}

function StepRow({ doc, step, number }: { doc: RuleDocument; step: Step; number: number }) {
  const node = useEditor(({ history }) => nodeById(history.present.document, step.node));
  const isLeaf = useTest((state) => walkOf(state)?.leaf === step.node);
  const title = (
    <>
      <span className="stepno num">{number}</span>
      {node && <Glyph kind={kindOf(node)} />}
      <b>{placeTitle(doc, step.node)}</b>
      <span className="small faint">{joinWords(node)}</span>
      <span className="grow" />
      {step.result !== null && <BranchWord exit={step.result ? "true" : "false"} />}
      {isLeaf && <span className="chip accent">{t("goes here")}</span>}
    </>
  );
  return (
    <li className={`step ${isLeaf ? "is-leaf" : ""}`}>
      {node ? (
        <button type="button" className="row step-head" data-testid={`step-${number}`} onClick={() => { goTo(step.node); }}>
          {title}
        </button>
      ) : (
        <p className="row step-head">{title}</p>
      )}
      {step.conditions.length > 0 && (
        <ol>
          {step.conditions.map((found, index) => (
            <ConditionLine key={`${found.id} ${index}`} found={found} />
          ))}
        </ol>
      )}
    </li>
  );
}

/** Every card the alarm met, what it decided and by which values. */
export function WaySteps() {
  const answer = useTest((state) => state.answer);
  const walk = useTest(walkOf);
  if (!answer || !walk) return null;
  return (
    <section className="sec" aria-label={t("Its way")} data-testid="test-way">
      <div className="sec-head">
        <h3>{t("Its way")}</h3>
      </div>
      <ol className="way">
        {tellingSteps(answer.document, walk).map((step, index) => (
          <StepRow key={step.node} doc={answer.document} step={step} number={index + 1} />
        ))}
      </ol>
    </section>
  );
}
