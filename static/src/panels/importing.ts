import { Problem } from "../api/client";
import { checkText } from "../api/rules";
import { fit } from "../canvas/view";
import { t } from "../i18n";
import { isObject } from "../model/rule";
import type { Finding, JsonObject } from "../model/types";
import { editor } from "../store";
import { readJson } from "./jsonText";

/** Why a text did not become the rule: one sentence, and the findings of the check when it could not be read. */
export type Refusal = { message: string; findings: Finding[]; line?: number };

const RULE_MEMBERS = ["match_v3", "detail"];

function noRule(): string {
  return t("This text is no rule document: it has neither “match_v3” nor “detail”. Nothing was changed.");
}

function refuse(message: string, findings: Finding[] = [], line?: number): Refusal {
  return { message, findings, ...(line === undefined ? {} : { line }) };
}

function documentIn(text: string): JsonObject | Refusal {
  const parsed = readJson(text);
  if ("fault" in parsed) {
    const { line, column, expected } = parsed.fault;
    // A text that is no JSON from its first letter on was never meant to be a rule.
    if (line === 1 && column === 1) return refuse(noRule());
    const params = { line, column, expected: t(expected) };
    return refuse(t("This is no JSON: in line {line}, column {column} there should be {expected}.", params), [], line);
  }
  const { value } = parsed;
  if (!isObject(value) || !RULE_MEMBERS.some((member) => member in value)) {
    return refuse(noRule());
  }
  return value;
}

function isRefusal(value: JsonObject | Refusal): value is Refusal {
  return "message" in value && "findings" in value;
}

async function checked(text: string): Promise<Refusal | null> {
  try {
    await checkText(text);
    return null;
  } catch (error) {
    if (error instanceof Problem) return refuse(error.message, error.findings);
    return refuse(t("The server cannot be reached to check this. Nothing was changed."));
  }
}

/**
 * Puts the rule document `text` in place of the draft in one step, once the server could read it and `objection`,
 * asked last, has none. Answers why not, in which case nothing has changed.
 */
export async function replaceWith(
  text: string,
  label: string,
  objection: () => Refusal | null = () => null,
): Promise<Refusal | null> {
  const found = documentIn(text);
  if (isRefusal(found)) return found;
  const refusal = (await checked(text)) ?? objection();
  if (refusal) return refusal;
  editor.getState().importDocument(text, label);
  return null;
}

function tell({ message, findings }: Refusal): void {
  const first = findings[0];
  const text = first ? `${first.message} ${first.hint}`.trim() : message;
  editor.getState().setNotice({ kind: "error", text: t("Not imported. {reason}", { reason: text }) });
}

/** Imports a rule document pasted on the canvas or read from a file; one notice says how it went. */
export async function importText(text: string): Promise<boolean> {
  const { can, setNotice } = editor.getState();
  if (!can.edit) return false;
  const refusal = await replaceWith(text, t("Import"));
  if (refusal) {
    tell(refusal);
    return false;
  }
  requestAnimationFrame(fit);
  setNotice({ kind: "success", text: t("Imported. Undo brings the rule back as it was.") });
  return true;
}

export async function importFile(file: File): Promise<boolean> {
  return importText(await file.text());
}
