import { csrfToken } from "../api/client";
import { useUi } from "../canvas/ui";
import { otherLanguage } from "./language";

/** Switches to the other language: the server remembers it and gives the page anew; the draft stays in this browser. */
export function LanguageButton() {
  const { code, name } = otherLanguage();
  return (
    <form method="post" action="/language/" onSubmit={() => { useUi.setState({ switching: true }); }}>
      <input type="hidden" name="csrfmiddlewaretoken" value={csrfToken()} />
      <button className="row" name="language" value={code} lang={code} data-testid="language">
        {name}
      </button>
    </form>
  );
}
