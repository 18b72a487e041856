import { useCallback, useEffect, useRef, useState } from "react";

import type { Listing, Page } from "../api/alarms";
import { reasonOf } from "./state";

export type Shown<T> = { items: T[]; state: "reading" | "here" | "failed"; marker: string; reason: string };

/** Milliseconds after the last letter of a search before the server is asked. */
const PAUSE = 300;

/**
 * A list that is read page by page. `read` must stay the same as long as the list does; another one, or another search, begins anew.
 * Answers what is there, how to read on, and how to try again.
 */
export function useListing<T>(read: (listing: Listing) => Promise<Page<T>>, search: string): { shown: Shown<T>; more: () => void; again: () => void } {
  const [shown, setShown] = useState<Shown<T>>({ items: [], state: "reading", marker: "", reason: "" });
  const [round, setRound] = useState(0);
  const going = useRef<AbortController | null>(null);
  const ask = useCallback(async (marker: string): Promise<void> => {
    going.current?.abort();
    const control = new AbortController();
    going.current = control;
    setShown((before) => ({ ...before, items: marker === "" ? [] : before.items, state: "reading" }));
    try {
      const page = await read({ search, marker, signal: control.signal });
      setShown((before) => ({ items: marker === "" ? page.results : [...before.items, ...page.results], state: "here", marker: page.marker, reason: "" }));
    } catch (error) {
      if (control.signal.aborted) return;
      const reason = reasonOf(error);
      setShown((before) => ({ ...before, state: "failed", marker, reason }));
    }
  }, [read, search]);
  useEffect(() => {
    const timer = setTimeout(() => void ask(""), search === "" ? 0 : PAUSE);
    return () => {
      clearTimeout(timer);
      going.current?.abort();
    };
  }, [ask, search, round]);
  const more = (): void => { void ask(shown.marker); };
  const again = (): void => { setRound((count) => count + 1); };
  return { shown, more, again };
}
