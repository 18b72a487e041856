import { useEffect, useState, type ComponentType } from "react";

import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";

type TextComponent = ComponentType<{ editable: boolean }>;
type Loading = { Text: TextComponent | null; failed: boolean };

let loaded: TextComponent | null = null;

async function load(): Promise<TextComponent> {
  loaded ??= (await import("./JsonText")).JsonText;
  return loaded;
}

/** Browsers remember that a module could not be fetched: only a page loaded anew asks for it again. */
function Failed() {
  return (
    <div className="note error json-wait" role="alert">
      <Icon name="error" />
      <span className="grow">{t("The text editor could not be loaded. The rule is as it was; what is not saved is kept in this browser.")}</span>
      <Button label={t("Reload the page")} look="sm" onPress={() => { window.location.reload(); }} />
    </div>
  );
}

/** The text editor, fetched when it is first shown. */
export function LateText({ editable }: { editable: boolean }) {
  const [{ Text, failed }, setLoading] = useState<Loading>({ Text: loaded, failed: false });
  useEffect(() => {
    let gone = false;
    const settle = (next: Loading): void => { if (!gone) setLoading(next); };
    load().then(
      (Text) => { settle({ Text, failed: false }); },
      () => { settle({ Text: null, failed: true }); },
    );
    return () => { gone = true; };
  }, []);
  if (Text) return <Text editable={editable} />;
  return failed ? <Failed /> : <p className="json-wait small dim">{t("Loading…")}</p>;
}
