import { create } from "zustand";

import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import type { RuleDocument } from "../model/types";
import { editor } from "../store";
import { replaceWith, type Refusal } from "./importing";
import { writeJson } from "./jsonText";
import { useNow } from "./useNow";

/*
 * A text typed in the JSON panel becomes the rule when it is applied or the rule is saved, whole and in one step. Until
 * then it waits beside the rule: half a word is no rule, and half a number is another rule.
 */

type TypedState = {
  /** The document the text was made of; when the rule is another by now, both have changed. */
  base: RuleDocument | null;
  /** Why the text was not taken over. */
  refusal: Refusal | null;
  applying: boolean;
};

export const useTyped = create<TypedState>()(() => ({ base: null, refusal: null, applying: false }));

function present(): RuleDocument {
  return editor.getState().history.present.document;
}

let written: { document: RuleDocument; text: string } | null = null;

/** The rule as a text. */
export function ruleText(): string {
  const document = present();
  if (written?.document !== document) written = { document, text: writeJson(document) };
  return written.text;
}

/** Whether a text waits and the rule was changed elsewhere since: neither may be dropped unasked. */
export function isCrossed(): boolean {
  return useUi.getState().typedJson !== null && useTyped.getState().base !== present();
}

export function applyReason(): string | null {
  if (useUi.getState().typedJson === null) return t("Nothing is edited.");
  if (useTyped.getState().applying) return t("Checking…");
  return isCrossed() ? t("First choose which counts: the rule or its text.") : null;
}

/** Takes note of what stands in the panel now. */
export function typeJson(text: string): void {
  useTyped.setState({ refusal: null });
  if (text === ruleText()) untype();
  else useUi.setState({ typedJson: text });
}

/** The panel shows the rule as it is: nothing waits. */
export function untype(): void {
  useUi.setState({ typedJson: null });
  useTyped.setState({ base: present(), refusal: null });
}

/** What waits shall count, though the rule was changed elsewhere. */
export function keepTyped(): void {
  useTyped.setState({ base: present() });
}

function objection(): Refusal | null {
  return isCrossed() ? { message: t("First choose which counts: the rule or its text."), findings: [] } : null;
}

async function take(text: string): Promise<boolean> {
  const refusal = objection() ?? (await replaceWith(text, t("Edit the JSON"), objection));
  useTyped.setState({ refusal });
  if (refusal) return false;
  keepTyped();
  // What was typed while the server read stays.
  if (useUi.getState().typedJson === text) untype();
  return true;
}

let taking: Promise<boolean> | null = null;

/** Makes the text that waits the rule, in one step. False, with the reason in the panel, when it cannot be. */
export async function applyTyped(): Promise<boolean> {
  const text = useUi.getState().typedJson;
  if (text === null) return true;
  if (taking) return taking;
  useTyped.setState({ applying: true });
  taking = take(text);
  try {
    return await taking;
  } finally {
    taking = null;
    useTyped.setState({ applying: false });
  }
}

/** As `applyTyped`, before the rule is saved: when it fails, the panel that says why is opened. */
export async function settleTyped(): Promise<boolean> {
  if (await applyTyped()) return true;
  const { setDrawer, setNotice } = editor.getState();
  setDrawer("json");
  setNotice({ kind: "error", text: t("Not saved: the text in the JSON panel is not part of the rule yet. Mend or discard it first.") });
  return false;
}

/** Whether something would be lost if the page were closed: of the rule, or of its text. */
export function isUnsaved(): boolean {
  return editor.getState().dirty() || useUi.getState().typedJson !== null;
}

/** The same, kept current while a component is shown. */
export function useUnsaved(): boolean {
  return useNow(isUnsaved);
}
