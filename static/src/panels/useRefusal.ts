import { useState } from "react";

import { editor } from "../store";

/**
 * Why the last try of a dialog was refused, and how to try: the work answers whether it was done, and tells by a notice
 * why it was not. What the page told before the dialog was opened is none of it.
 */
export function useRefusal(): { refused: string | null; attempt: (work: () => Promise<boolean>) => void } {
  const [refused, setRefused] = useState<string | null>(null);
  const tried = async (work: () => Promise<boolean>): Promise<void> => {
    setRefused(null);
    if (await work()) return;
    const { notice } = editor.getState();
    setRefused(notice?.kind === "error" ? notice.text : null);
  };
  return { refused, attempt: (work) => void tried(work) };
}
