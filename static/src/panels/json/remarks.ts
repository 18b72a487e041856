import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";

import { t } from "../../i18n";
import type { Finding } from "../../model/types";
import type { JsonFault } from "../jsonText";
import { placesIn } from "./places";

/** What the check found, at its places in the text. */
export function remarksOf(state: EditorState, findings: readonly Finding[]): Diagnostic[] {
  const placeOf = placesIn(state.doc.toString());
  return findings.map(({ severity, message, hint, pointer }) => ({
    ...(placeOf(pointer) ?? { from: 0, to: 0 }),
    severity,
    message: hint === "" ? message : `${message} ${hint}`,
  }));
}

/** Where the text stops being JSON: from there to the end of what is written without a gap. */
export function remarkOfFault(state: EditorState, { line, column, expected }: JsonFault): Diagnostic {
  const { from, text } = state.doc.line(Math.min(line, state.doc.lines));
  const start = Math.min(column - 1, text.length);
  const length = /^[^\s,:[\]{}]+|^./.exec(text.slice(start))?.[0].length ?? 0;
  const message = t("This is no JSON: in line {line}, column {column} there should be {expected}.", {
    line,
    column,
    expected: t(expected),
  });
  return { from: from + start, to: from + start + length, severity: "error", message };
}
