import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";

import { actionOf, perform } from "../../actions";
import { t } from "../../i18n";
import { LOOK } from "./look";
import { overwriting } from "./overwriting";
import { stepToRemark } from "./session";
import { phrases } from "./words";

/** Tab is left to the page: it leads out of the text. */
const KEYS = [...searchKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap];

function ownKeys(editable: boolean): Extension {
  const apply = { key: "Mod-Enter", run: (): boolean => { perform(actionOf("apply-json")); return true; } };
  return Prec.highest(
    keymap.of([
      { key: "F8", run: (view) => stepToRemark(view, 1), shift: (view) => stepToRemark(view, -1) },
      ...(editable ? [apply] : []),
    ]),
  );
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
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches({ minSelectionLength: 3 }),
    highlightSpecialChars(),
    search({ top: true }),
    keymap.of(KEYS),
    LOOK,
  ];
}
