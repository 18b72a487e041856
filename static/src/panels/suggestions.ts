import { t } from "../i18n";
import { LIMITS } from "../model/limits";
import { leavesOf, nodesOf, treeOf } from "../model/rule";
import type { RuleDocument } from "../model/types";
import type { Suggestion } from "../parts/Suggest";

const SCENE_WORDS: Record<string, string> = { notify_triggered: "alarm raised", notify_resolved: "alarm cleared" };

function usedValues(doc: RuleDocument, key: string): string[] {
  const leaves = nodesOf(doc).flatMap((node) => {
    const tree = treeOf(node);
    return tree ? leavesOf(tree) : [];
  });
  return leaves.filter(({ match }) => match.key === key && match.operate === "EQUALS").flatMap(({ match }) => match.value);
}

/** Values worth offering for a key: the ones the service knows, and the ones this rule uses already. */
export function valueSuggestions(doc: RuleDocument, key: string): Suggestion[] {
  if (key === "event_severity") return LIMITS.severities.map((value) => ({ value }));
  if (key === "notification_scene") return LIMITS.scenes.map((value) => ({ value, aside: t(SCENE_WORDS[value] ?? "") }));
  return [...new Set(usedValues(doc, key))].map((value) => ({ value, aside: t("used in this rule") }));
}
