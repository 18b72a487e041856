import { useEffect } from "react";
import { create } from "zustand";

import { getConnections, getNotificationRules, type Connection } from "../api/connections";
import { t } from "../i18n";
import type { Suggestion } from "../parts/Suggest";

/** `connection` is the project that was asked, null before there is an answer: then no name can be said to be missing. */
type Known = { suggestions: Suggestion[]; connection: Connection | null; note: string | null; asking: boolean };

const UNKNOWN: Known = { suggestions: [], connection: null, note: null, asking: false };

export const useNotificationStore = create<Known>(() => UNKNOWN);

async function known(refresh: boolean): Promise<Partial<Known>> {
  const [connection] = await getConnections();
  if (!connection) return { note: t("No connection yet: type the names.") };
  const rules = await getNotificationRules(connection.id, refresh);
  return { suggestions: rules.map(({ name, desc }) => ({ value: name, aside: desc })), connection };
}

/** Asks the first connection for its notification rules; `refresh` past what the server still remembers. */
export async function askForNotificationRules(refresh: boolean): Promise<void> {
  if (useNotificationStore.getState().asking) return;
  useNotificationStore.setState({ asking: true });
  try {
    useNotificationStore.setState({ ...UNKNOWN, ...(await known(refresh)) });
  } catch {
    useNotificationStore.setState({ ...UNKNOWN, note: t("The connection does not answer: no names to suggest.") });
  }
}

let wasAsked = false;

/** The names of notification rules worth suggesting, asked of the first connection once for the whole page. */
export function useNotificationRules(): Known {
  useEffect(() => {
    if (wasAsked) return;
    wasAsked = true;
    void askForNotificationRules(false);
  }, []);
  return useNotificationStore();
}

/** Those of `names` that the connection does not know (any more); none while nobody could ask it. */
export function unknownNames({ suggestions, connection }: Known, names: string[]): string[] {
  if (connection === null) return [];
  const there = new Set(suggestions.map(({ value }) => value));
  return names.filter((name) => !there.has(name));
}
