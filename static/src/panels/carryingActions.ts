import { copyChosen, pasteText, removeCut } from "../canvas/carrying";
import { t } from "../i18n";
import { editor } from "../store";
import { copyText } from "./copying";
import { importText } from "./importing";

function refused(keys: string): string {
  return t("The browser does not let this page use the clipboard by a menu. Press {keys}.", { keys });
}

/** Puts the chosen cards on the clipboard from a menu. `keys` is named where the browser refuses it. */
export async function copyByMenu(keys: string): Promise<void> {
  const text = copyChosen();
  if (text !== null) await copyText(text, { refused: refused(keys) });
}

/** The same, and takes the cards out once they are on the clipboard. */
export async function cutByMenu(keys: string): Promise<void> {
  const text = copyChosen();
  if (text !== null && (await copyText(text, { refused: refused(keys) }))) removeCut();
}

/** Cards or a whole rule from the clipboard: cards are added, a rule document replaces the rule in one step. */
export function takeText(text: string): void {
  if (!pasteText(text)) void importText(text);
}

/** Pastes from a menu; the browser may ask the reader first. */
export async function pasteByMenu(keys: string): Promise<void> {
  try {
    takeText(await navigator.clipboard.readText());
  } catch {
    editor.getState().setNotice({ kind: "error", text: refused(keys) });
  }
}
