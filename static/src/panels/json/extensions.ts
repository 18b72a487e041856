import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxTreeAvailable,
  type MatchResult,
} from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Extension, type Range } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  type Command,
  type KeyBinding,
} from "@codemirror/view";

import { actionOf, perform, type ActionId } from "../../actions";
import { t } from "../../i18n";
import { LOOK } from "./look";
import { overwriting } from "./overwriting";
import { stepToRemark } from "./session";
import { phrases } from "./words";

/** Tab is left to the page: it leads out of the text. */
const KEYS = [...searchKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap];

/** The keys of an action, as the text editor writes them. */
function bindings(id: ActionId, run: Command): KeyBinding[] {
  return actionOf(id).chords.map(({ key, mod, shift, alt }) => ({
    key: [mod && "Mod", shift && "Shift", alt && "Alt", key].filter(Boolean).join("-"),
    run,
  }));
}

/** Those of the page that mean the text while the caret is in it. */
function ownKeys(editable: boolean): Extension {
  const apply = (): boolean => {
    perform(actionOf("apply-json"));
    return true;
  };
  return Prec.highest(
    keymap.of([
      ...bindings("next-problem", (view) => stepToRemark(view, 1)),
      ...bindings("previous-problem", (view) => stepToRemark(view, -1)),
      ...(editable ? bindings("apply-json", apply) : []),
    ]),
  );
}

const ANSWERED = Decoration.mark({ class: "cm-matchingBracket" });
const ALONE = Decoration.mark({ class: "cm-nonmatchingBracket" });

/** A bracket is told to be alone only once the whole text is known: what answers it may be far away. */
function bracketMarks({ start, end, matched }: MatchResult, state: EditorState): Range<Decoration>[] {
  if (!matched && !syntaxTreeAvailable(state)) return [];
  const look = matched ? ANSWERED : ALONE;
  return [start, ...(end ? [end] : [])].map(({ from, to }) => look.range(from, to));
}

function foldMark(open: boolean): HTMLElement {
  const mark = document.createElement("span");
  mark.textContent = open ? "▾" : "▸";
  return mark;
}

/** What makes a plain text field the editor of a rule document. Without `editable` it can be read, searched and copied. */
export function extensionsFor(editable: boolean): Extension {
  return [
    EditorState.readOnly.of(!editable),
    EditorState.phrases.of(phrases()),
    EditorView.contentAttributes.of({ "aria-label": t("Rule document as JSON"), spellcheck: "false", tabindex: "0" }),
    EditorView.lineWrapping,
    indentUnit.of("  "),
    ownKeys(editable),
    overwriting,
    lintGutter(),
    lineNumbers(),
    foldGutter({ markerDOM: foldMark }),
    history(),
    json(),
    indentOnInput(),
    bracketMatching({ renderMatch: bracketMarks }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches({ minSelectionLength: 3 }),
    highlightSpecialChars(),
    search({ top: true }),
    keymap.of(KEYS),
    LOOK,
  ];
}
