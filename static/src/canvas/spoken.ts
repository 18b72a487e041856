import { n, t } from "../i18n";
import { once } from "../model/once";
import { combineOf, countConditions, edgeFrom, exitsOf, kindOf, nodeById, nodesOf, treeOf } from "../model/rule";
import type { Exit, Finding, FlowNode, RuleDocument } from "../model/types";
import type { Way } from "../model/way";
import { mergeWords } from "../model/words";
import { countsAt, titleOf } from "./derived";

/** Where an exit leads, in words. */
export function leadWords(doc: RuleDocument, id: string, exit: Exit): string {
  const edge = edgeFrom(doc, id, exit);
  const card = edge ? titleOf(doc, edge.target) : t("nothing");
  if (exit === "plain") return edge ? t("then {card}", { card }) : "";
  return t("{branch} leads to {card}", { branch: t(exit), card });
}

function contents(node: FlowNode): string {
  const tree = treeOf(node);
  if (tree) return n(countConditions(tree), "{count} condition", "{count} conditions");
  const config = combineOf(node);
  if (!config) return "";
  const { tells } = mergeWords(config, t);
  return tells.length === 0 ? t("tells nobody") : t("tells {names}", { names: tells.join(t(", ")) });
}

/** "1 error, 2 warnings" or "no problems". */
export function problemWords(errors: number, warnings: number): string {
  const words = [
    errors > 0 ? n(errors, "{count} error", "{count} errors") : "",
    warnings > 0 ? n(warnings, "{count} warning", "{count} warnings") : "",
  ].filter((word) => word !== "");
  return words.length === 0 ? t("no problems") : words.join(t(", "));
}

/** A card in words: its name, what it holds, where its exits lead and what is wrong with it. */
export function cardLabel(doc: RuleDocument, id: string, findings: Finding[]): string {
  const node = nodeById(doc, id);
  if (!node) return id;
  const { errors, warnings } = countsAt(findings, id);
  const parts = [titleOf(doc, id), contents(node), ...exitsOf(kindOf(node)).map((exit) => leadWords(doc, id, exit))];
  return [...parts, problemWords(errors, warnings)].filter((part) => part !== "").join(t(", "));
}

const labels = once((doc: RuleDocument) =>
  once((findings: Finding[]) => new Map(nodesOf(doc).map(({ id }) => [id, cardLabel(doc, id, findings)]))),
);

/** All cards in words, by id. */
export function labelsOf(doc: RuleDocument, findings: Finding[]): ReadonlyMap<string, string> {
  return labels(doc)(findings);
}

/** How a card stands to the way of an alarm that is lit; nothing while none is. */
export function wayWords(way: Way | null, id: string): string[] {
  if (!way) return [];
  const number = way.numbers.get(id);
  if (number !== undefined) return [t("step {number} of the alarm's way", { number })];
  return [way.steps.has(id) ? t("on the alarm's way") : t("not on the alarm's way")];
}
