import { t } from "../i18n";
import { once } from "../model/once";
import { order } from "../model/outline";
import { itemsOf, type Item } from "../model/outlineTree";
import { cardTitles, edgeById, exitOf } from "../model/rule";
import type { Exit, Finding, RuleDocument } from "../model/types";
import type { Counts } from "../parts/Badges";

/** What each card of a document is called, by id. Documents are never mutated, so each is asked once. */
export const titlesOf: (doc: RuleDocument) => Map<string, string> = once((doc) => cardTitles(doc, t));
export const orderOf: (doc: RuleDocument) => string[] = once(order);
export const itemsIn: (doc: RuleDocument) => Item[] = once(itemsOf);

export function titleOf(doc: RuleDocument, id: string): string {
  return titlesOf(doc).get(id) ?? id;
}

/** "Condition 2, false", or only the card's name for a plain exit. */
export function exitTitle(doc: RuleDocument, id: string, exit: Exit): string {
  const card = titleOf(doc, id);
  return exit === "plain" ? card : t("{card}, {branch}", { card, branch: t(exit) });
}

/** What an edge is called: "Condition 1, true, to Merge 1". */
export function edgeTitle(doc: RuleDocument, id: string): string {
  const edge = edgeById(doc, id);
  if (!edge) return id;
  const params = { from: exitTitle(doc, edge.source, exitOf(edge)), to: titleOf(doc, edge.target) };
  return t("{from}, to {to}", params);
}

const NONE: Counts = { errors: 0, warnings: 0 };

const countsByPlace: (findings: Finding[]) => Map<string, Counts> = once((findings) => {
  const counts = new Map<string, Counts>();
  for (const { severity, nodes, edges } of findings) {
    for (const id of new Set([...nodes, ...edges])) {
      const { errors, warnings } = counts.get(id) ?? NONE;
      counts.set(id, {
        errors: errors + (severity === "error" ? 1 : 0),
        warnings: warnings + (severity === "warning" ? 1 : 0),
      });
    }
  }
  return counts;
});

/** How many errors and warnings name a card or an edge. */
export function countsAt(findings: Finding[], id: string): Counts {
  return countsByPlace(findings).get(id) ?? NONE;
}

/** How many errors and warnings there are in all. */
export const totalsOf: (findings: Finding[]) => Counts = once((findings) => ({
  errors: findings.filter(({ severity }) => severity === "error").length,
  warnings: findings.filter(({ severity }) => severity === "warning").length,
}));
