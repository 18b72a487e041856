import { useEffect, useState } from "react";

import { getConnections, getNotificationRules } from "../api/connections";
import { t } from "../i18n";
import type { Suggestion } from "../parts/Suggest";

type Known = { suggestions: Suggestion[]; note: string | null };

let asked: Promise<Known> | undefined;

async function ask(): Promise<Known> {
  try {
    const [connection] = await getConnections();
    if (!connection) return { suggestions: [], note: t("No connection yet: type the names.") };
    const rules = await getNotificationRules(connection.id);
    return { suggestions: rules.map(({ name, desc }) => ({ value: name, aside: desc })), note: null };
  } catch {
    return { suggestions: [], note: t("The connection does not answer: no names to suggest.") };
  }
}

/** The names of notification rules worth suggesting, asked of the first connection once for the whole page. */
export function useNotificationRules(): Known {
  const [known, setKnown] = useState<Known>({ suggestions: [], note: null });
  useEffect(() => {
    let shown = true;
    asked ??= ask();
    void asked.then((answer) => { if (shown) setKnown(answer); });
    return () => { shown = false; };
  }, []);
  return known;
}
