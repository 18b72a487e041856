import { useEffect, useState } from "react";

import type { Connection } from "../../api/connections";
import { previewSubmission, type Preview } from "../../api/submissions";
import { useEditor } from "../../store";

export type Look = { state: "looking" } | { state: "failed"; reason: string } | { state: "seen"; preview: Preview };

const LOOKING: Look = { state: "looking" };

/** What is over there for the saved version, asked anew for each connection; nothing is asked without one. */
export function usePreview(connection: Connection | undefined): Look {
  const ruleId = useEditor((state) => state.ruleId);
  const version = useEditor((state) => state.saved?.version ?? null);
  const [known, setKnown] = useState<{ of: string; look: Look } | null>(null);
  const of = connection === undefined || version === null || ruleId === null ? null : JSON.stringify([connection.id, version]);
  useEffect(() => {
    if (of === null || ruleId === null || version === null || connection === undefined) return undefined;
    const asking = new AbortController();
    const tell = (look: Look): void => { if (!asking.signal.aborted) setKnown({ of, look }); };
    previewSubmission(ruleId, { connection: connection.id, version }, asking.signal).then(
      (preview) => { tell({ state: "seen", preview }); },
      (error: unknown) => { tell({ state: "failed", reason: error instanceof Error ? error.message : "" }); },
    );
    return () => { asking.abort(); };
    // The connection is told by `of`, which is the same for a list that was read anew.
  }, [of, ruleId, version]);
  return known !== null && known.of === of ? known.look : LOOKING;
}
