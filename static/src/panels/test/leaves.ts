import { orderOf } from "../../canvas/derived";
import { t } from "../../i18n";
import { entriesOf } from "../../model/alarm";
import { combineOf, isObject, kindOf, nodeById } from "../../model/rule";
import type { RuleDocument } from "../../model/types";
import { mergeWords } from "../../model/words";

/** The places where a rule groups alarms: its merge cards, of a legacy rule its entries. */
export function leavesIn(doc: RuleDocument): string[] {
  const merges = orderOf(doc).filter((id) => {
    const node = nodeById(doc, id);
    return node && kindOf(node) === "combine";
  });
  return [...merges, ...entriesOf(doc).map(({ id }) => id)];
}

/** Whom a place tells that groups alarms. */
export function toldAt(doc: RuleDocument, leaf: string | null): string[] {
  if (leaf === null) return [];
  const node = nodeById(doc, leaf);
  const entry = Array.isArray(doc.detail) ? doc.detail[Number(leaf.split("/").at(-1))] : undefined;
  const config = node ? combineOf(node) : isObject(entry) ? entry : null;
  return config ? mergeWords(config, t).tells : [];
}
