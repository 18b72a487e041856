import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, Prec, type Extension } from "@codemirror/state";
import {
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
