import { t } from "../i18n";
import { LIMITS } from "../model/limits";
import { leavesOf, nodesOf, treeOf } from "../model/rule";
import type { RuleDocument } from "../model/types";
import type { Suggestion } from "../parts/Suggest";

/** A notification scene as people say it; one that there is not as it stands. */
export function sceneWords(scene: string): string {
  if (scene === "notify_triggered") return t("alarm raised");
  return scene === "notify_resolved" ? t("alarm cleared") : scene;
}

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
  if (key === "notification_scene") return LIMITS.scenes.map((value) => ({ value, aside: sceneWords(value) }));
  return [...new Set(usedValues(doc, key))].map((value) => ({ value, aside: t("used in this rule") }));
}
