import { countsAt, titleOf } from "../../canvas/derived";
import { problemWords } from "../../canvas/spoken";
import { StepNumber, StepResult } from "../../canvas/StepMarks";
import { n, t } from "../../i18n";
import type { Item } from "../../model/outlineTree";
import { responsesAt } from "../../model/responses";
import { combineOf, countConditions, kindOf, nodeById, treeOf } from "../../model/rule";
import type { Draft, RuleDocument } from "../../model/types";
import { mergeWords, treeSentence } from "../../model/words";
import { Badges, type Counts } from "../../parts/Badges";
import { Glyph } from "../../parts/Glyph";
import { useEditor } from "../../store";

/** What a card asks or does, in one sentence; nothing for Start and End. */
export function sentenceOf(doc: RuleDocument, id: string): string {
  const node = nodeById(doc, id);
  const tree = node && treeOf(node);
  if (tree) return treeSentence(tree, t);
  const config = node && combineOf(node);
  if (!config) return "";
  const { by, waits, tells } = mergeWords(config, t);
  const told = tells.length === 0 ? t("tells nobody") : t("tells {names}", { names: tells.join(t(", ")) });
  return [by, waits, told].join(t("; "));
}

/** How much is prepared on a card; "" where nothing is. */
export function preparedWords(draft: Draft, id: string): string {
  const { length } = responsesAt(draft, id);
  return length === 0 ? "" : n(length, "{count} prepared response", "{count} prepared responses");
}

function Problems({ counts }: { counts: Counts }) {
  if (counts.errors + counts.warnings === 0) return null;
  return (
    <span className="badges">
      <Badges {...counts} />
      <span className="problem-words">{problemWords(counts.errors, counts.warnings)}</span>
    </span>
  );
}

/** What a row shows of its card. Its words are the row's own name: this is for the eye. */
export function CardFace({ item: { row }, sentence, said }: { item: Item; sentence: string; said: string }) {
  const { id, again } = row;
  const title = useEditor(({ history }) => titleOf(history.present.document, id));
  const node = useEditor(({ history }) => nodeById(history.present.document, id));
  const counts = useEditor(({ findings }) => countsAt(findings, id));
  const prepared = useEditor(({ history }) => preparedWords(history.present, id));
  if (!node) return null;
  const tree = treeOf(node);
  const quiet = counts.errors + counts.warnings === 0;
  return (
    <>
      <StepNumber id={id} />
      <Glyph kind={kindOf(node)} />
      <span className="what">
        <span className="title">{title}</span>
        {sentence !== "" && (
          <span id={said} className="say">
            {sentence}
          </span>
        )}
        {prepared !== "" && !again && <span className="say">{prepared}</span>}
      </span>
      {again && <span className="c">{t("see above")}</span>}
      {!again && <StepResult id={id} />}
      {!again && quiet && tree && <span className="c num">{countConditions(tree)}</span>}
      {!again && <Problems counts={counts} />}
    </>
  );
}
