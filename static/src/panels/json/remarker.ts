import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";

import { Problem } from "../../api/client";
import { checkText } from "../../api/rules";
import { useUi } from "../../canvas/ui";
import type { Finding } from "../../model/types";
import { editor } from "../../store";
import { readJson } from "../jsonText";
import { remarkOfFault, remarksOf } from "./remarks";

/** Nothing is read again while somebody types, in ms. */
const PAUSE = 300;

async function findingsOf(text: string): Promise<readonly Finding[]> {
  try {
    return (await checkText(text)).findings;
  } catch (error) {
    // Without an answer there is nothing to say; applying the text says why.
    return error instanceof Problem ? error.findings : [];
  }
}

/** Keeps the remarks in the text current: those on the rule, or, while another text waits, those on that text. */
export class Remarker {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly view: EditorView) {}

  stop(): void {
    clearTimeout(this.timer);
  }

  /** The rule's own check has news. */
  ruleChecked(): void {
    const { findings, findingsState } = editor.getState();
    if (useUi.getState().typedJson !== null || findingsState === "checking") return;
    this.show(remarksOf(this.view.state, findings));
  }

  /** What waits is another text now, or nothing. */
  textChanged(): void {
    this.stop();
    const { typedJson } = useUi.getState();
    if (typedJson === null) this.ruleChecked();
    else this.timer = setTimeout(() => void this.check(typedJson), PAUSE);
  }

  private async check(text: string): Promise<void> {
    const parsed = readJson(text);
    if ("fault" in parsed) {
      this.show([remarkOfFault(this.view.state, parsed.fault)]);
      return;
    }
    const findings = await findingsOf(text);
    if (useUi.getState().typedJson === text && this.view.dom.isConnected) this.show(remarksOf(this.view.state, findings));
  }

  private show(remarks: readonly Diagnostic[]): void {
    this.view.dispatch(setDiagnostics(this.view.state, remarks));
  }
}
