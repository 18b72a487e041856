import { t } from "../i18n";
import { editor } from "../store";

/** What is told when a text is on the clipboard, if anything, and when the browser refuses it. */
export type CopyWords = { done?: string; refused: string };

function wordsOfRule(): CopyWords {
  return { done: t("Copied."), refused: t("The browser does not let this page copy. Select the text in the JSON panel and copy it.") };
}

/** Puts a text on the clipboard and tells whether it is there. Browsers refuse it on pages without HTTPS. */
export async function copyText(text: string, { done, refused }: CopyWords = wordsOfRule()): Promise<boolean> {
  const { setNotice } = editor.getState();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    setNotice({ kind: "error", text: refused });
    return false;
  }
  if (done !== undefined) setNotice({ kind: "success", text: done });
  return true;
}
