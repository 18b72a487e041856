import { rawItems } from "../model/rule";
import type { RuleDocument } from "../model/types";

function indexOf(doc: RuleDocument, member: "nodes" | "edges", id: string): number {
  return rawItems(doc, member).findIndex(
    (item) => typeof item === "object" && item !== null && !Array.isArray(item) && item.id === id,
  );
}

/** The JSON pointer of a card or an edge in the document. */
export function pointerTo(doc: RuleDocument, member: "nodes" | "edges", id: string): string {
  return `/match_v3/${member}/${indexOf(doc, member, id)}`;
}
