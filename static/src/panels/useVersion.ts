import { useCallback, useEffect, useState } from "react";

import { Problem, Unreachable } from "../api/client";
import { getVersion, type RuleId } from "../api/rules";
import type { Draft } from "../model/types";
import { storedDraft } from "../store";

/** A stored version: `draft` is null until it came; `failed` says why it did not, and `retry` asks again. */
export type StoredVersion = { draft: Draft | null; failed: string; retry: () => void };

type Answer = { key: string; draft: Draft | null; failed: string };

async function fetched(key: string, ruleId: RuleId, version: number): Promise<Answer> {
  try {
    return { key, draft: storedDraft(await getVersion(ruleId, version)), failed: "" };
  } catch (error) {
    if (error instanceof Problem || error instanceof Unreachable) return { key, draft: null, failed: error.message };
    throw error;
  }
}

/** Fetches one version of a rule while a component is shown. */
export function useVersion(ruleId: RuleId, version: number): StoredVersion {
  const [tries, setTries] = useState(0);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const key = JSON.stringify([ruleId, version, tries]);
  useEffect(() => {
    let wanted = true;
    void fetched(key, ruleId, version).then((found) => {
      if (wanted) setAnswer(found);
    });
    return () => { wanted = false; };
  }, [key, ruleId, version]);
  const retry = useCallback(() => { setTries((count) => count + 1); }, []);
  const current = answer?.key === key ? answer : null;
  return { draft: current?.draft ?? null, failed: current?.failed ?? "", retry };
}
