import { t } from "../i18n";
import { editor } from "../store";

/** Puts a text on the clipboard; one notice says whether it is there. Browsers refuse it on pages without HTTPS. */
export async function copyText(text: string): Promise<void> {
  const { setNotice } = editor.getState();
  try {
    await navigator.clipboard.writeText(text);
    setNotice({ kind: "success", text: t("Copied.") });
  } catch {
    setNotice({ kind: "error", text: t("The browser does not let this page copy. Select the text in the JSON panel and copy it.") });
  }
}
