import { isolateHistory } from "@codemirror/commands";
import { diagnosticCount, forEachDiagnostic, nextDiagnostic, previousDiagnostic, setDiagnosticsEffect, type Diagnostic } from "@codemirror/lint";
import { Annotation, EditorState, Transaction, type Extension } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { create } from "zustand";

import { speak, useUi } from "../../canvas/ui";
import { t } from "../../i18n";
import { nodesOf } from "../../model/rule";
import { editor, type EditorState as Page, type EditorStore } from "../../store";
import { ruleText, typeJson, untype } from "../typedJson";
import { changeTo } from "./changes";
import { placesIn } from "./places";
import { Remarker } from "./remarker";

/** A remark of the check, at its line. */
export type Remark = Pick<Diagnostic, "severity" | "message"> & { line: number };

type JsonView = { line: number; column: number; errors: number; warnings: number; remarks: number; here: Remark[] };

/** What the frame around the text tells of it: where the caret is, and what is wrong there and on the whole. */
export const useJsonView = create<JsonView>()(() => ({ line: 1, column: 1, errors: 0, warnings: 0, remarks: 0, here: [] }));

const fromRule = Annotation.define<true>();
let view: EditorView | null = null;
/** The text with its caret, folds and own undo outlives the panel; it belongs to the rule of one page. */
let kept: { store: EditorStore; state: EditorState } | null = null;

function replaceText(target: EditorView, text: string, undoable: boolean): void {
  const before = target.state.doc.toString();
  if (before === text) return;
  // A step of its own: joined to what was typed just before, one undo would take back both.
  const annotations = [fromRule.of(true), Transaction.addToHistory.of(undoable), isolateHistory.of("full")];
  target.dispatch({ changes: changeTo(before, text), annotations });
}

/** The text follows the rule, unless it waits to become the rule itself. */
function follow(target: EditorView): void {
  if (useUi.getState().typedJson !== null) return;
  replaceText(target, ruleText(), false);
  untype();
}

/** What is wrong in the caret's line, the caret's own place first. */
function remarksAt(state: EditorState): Remark[] {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const covering: Remark[] = [];
  const beside: Remark[] = [];
  forEachDiagnostic(state, ({ severity, message }, from, to) => {
    if (from > line.to || to < line.from) return;
    const remark = { severity, message, line: state.doc.lineAt(from).number };
    (from <= head && head <= to ? covering : beside).push(remark);
  });
  return [...covering, ...beside];
}

function countIn(state: EditorState, wanted: Diagnostic["severity"]): number {
  let count = 0;
  forEachDiagnostic(state, ({ severity }) => { count += severity === wanted ? 1 : 0; });
  return count;
}

function tell(state: EditorState): void {
  const { head } = state.selection.main;
  const { from, number } = state.doc.lineAt(head);
  useJsonView.setState({
    line: number,
    column: head - from + 1,
    errors: countIn(state, "error"),
    warnings: countIn(state, "warning"),
    remarks: diagnosticCount(state),
    here: remarksAt(state),
  });
}

function changesRemarks({ transactions }: ViewUpdate): boolean {
  return transactions.some(({ effects }) => effects.some((effect) => effect.is(setDiagnosticsEffect)));
}

/** Tells the page what happens in the text. */
function listen(update: ViewUpdate): void {
  const { docChanged, selectionSet, state, transactions } = update;
  if (docChanged && transactions.some((transaction) => !transaction.annotation(fromRule))) typeJson(state.doc.toString());
  if (docChanged || selectionSet || changesRemarks(update)) tell(state);
}

/** Goes to the next or the last problem in the text and reads it out. */
export function stepToRemark(target: EditorView | null, step: 1 | -1): boolean {
  if (!target) return false;
  const moved = (step === 1 ? nextDiagnostic : previousDiagnostic)(target);
  const here = useJsonView.getState().here[0];
  if (here) speak(t("Line {line}: {message}", { line: here.line, message: here.message }));
  else if (!moved) speak(t("No problems in the text."));
  return true;
}

/** Goes to the next or the last problem, from a button outside of the text. */
export function goToRemark(step: 1 | -1): void {
  stepToRemark(view, step);
  view?.focus();
}

/** Shows the place a JSON pointer leads to; with `focus` the caret goes there to write. */
function showPlace(pointer: string, focus: boolean): void {
  if (!view) return;
  const { from, to } = placesIn(view.state.doc.toString())(pointer) ?? { from: 0, to: 0 };
  view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  if (focus) view.focus();
}

/** Goes where the page asks for; a place asked for before the text was opened, only if its card is still chosen. */
function showWish(opening: boolean): void {
  const { placeWish, stepWish } = useUi.getState();
  const { selection } = editor.getState();
  if (placeWish) useUi.setState({ placeWish: null });
  if (stepWish !== null) useUi.setState({ stepWish: null });
  if (placeWish && (!opening || placeWish.selection === selection)) showPlace(placeWish.pointer, !opening);
  if (stepWish !== null && !opening) goToRemark(stepWish);
}

/** A card chosen on the canvas is shown in the text, as long as the text is the rule. */
function showChosen({ selection, history }: Page, target: EditorView): void {
  const [id] = selection.nodes;
  if (selection.nodes.length !== 1 || target.hasFocus || useUi.getState().typedJson !== null) return;
  const index = nodesOf(history.present.document).findIndex((node) => node.id === id);
  if (index >= 0) showPlace(`/match_v3/nodes/${index}`, false);
}

function watchPage(target: EditorView, remarker: Remarker): () => void {
  const stops = [
    editor.subscribe((page, before) => {
      if (page.history.present.document !== before.history.present.document) follow(target);
      if (page.findings !== before.findings || page.findingsState !== before.findingsState) remarker.ruleChecked();
      if (page.selection !== before.selection) showChosen(page, target);
    }),
    useUi.subscribe(({ typedJson }, before) => {
      if (typedJson !== before.typedJson) remarker.textChanged();
      // Applied or put away: the text is the rule again, and undo in the text brings back what was typed.
      if (typedJson === null && before.typedJson !== null) replaceText(target, ruleText(), true);
      showWish(false);
    }),
  ];
  return () => { stops.forEach((stop) => { stop(); }); };
}

function stateFor(extensions: Extension): EditorState {
  if (kept?.store === editor) return kept.state;
  return EditorState.create({ doc: useUi.getState().typedJson ?? ruleText(), extensions });
}

/** Opens the text in `root`. Answers what closes it again. */
export function openText(root: ShadowRoot, extensions: Extension): () => void {
  const store = editor;
  const opened = new EditorView({ state: stateFor([extensions, EditorView.updateListener.of(listen)]), root, parent: root });
  view = opened;
  const remarker = new Remarker(opened);
  follow(opened);
  tell(opened.state);
  remarker.ruleChecked();
  remarker.textChanged();
  const stop = watchPage(opened, remarker);
  showChosen(editor.getState(), opened);
  showWish(true);
  return () => {
    stop();
    remarker.stop();
    kept = { store, state: opened.state };
    view = null;
    opened.destroy();
  };
}
