import { locale } from "../i18n";

/** The languages there are, each by its own name, which needs no translation. */
const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "zh-hans", name: "简体中文" },
] as const;

/** The language that the page is not in. */
export function otherLanguage(): { code: string; name: string } {
  return LANGUAGES.find(({ code }) => code !== locale()) ?? LANGUAGES[0];
}

/** Presses the button of the page that asks the server for it in the other language. */
export function switchLanguage(): void {
  document.querySelector<HTMLButtonElement>("button[name='language']")?.click();
}
