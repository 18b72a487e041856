import { csrfToken } from "../api/client";
import { useUi } from "../canvas/ui";
import { locale } from "../i18n";

/** The languages there are, each by its own name, which needs no translation. */
const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "zh-hans", name: "简体中文" },
] as const;

/** Switches to the other language: the server remembers it and gives the page anew; the draft stays in this browser. */
export function LanguageButton() {
  const { code, name } = LANGUAGES.find((language) => language.code !== locale()) ?? LANGUAGES[0];
  return (
    <form method="post" action="/language/" onSubmit={() => { useUi.setState({ switching: true }); }}>
      <input type="hidden" name="csrfmiddlewaretoken" value={csrfToken()} />
      <button className="row" name="language" value={code} lang={code} data-testid="language">
        {name}
      </button>
    </form>
  );
}
