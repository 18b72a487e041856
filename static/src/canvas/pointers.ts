import { isGroup, rawItems } from "../model/rule";
import type { Group, RuleDocument } from "../model/types";

function indexOf(doc: RuleDocument, member: "nodes" | "edges", id: string): number {
  return rawItems(doc, member).findIndex(
    (item) => typeof item === "object" && item !== null && !Array.isArray(item) && item.id === id,
  );
}

/** The JSON pointer of a card or an edge in the document. */
export function pointerTo(doc: RuleDocument, member: "nodes" | "edges", id: string): string {
  return `/match_v3/${member}/${indexOf(doc, member, id)}`;
}

/** The JSON pointer of a group or condition, given its tree and the pointer of the tree; null when it is not in it. */
export function pointerInTree(tree: Group, at: string, id: string): string | null {
  if (tree.id === id) return at;
  for (const [index, child] of tree.nodes.entries()) {
    const place = `${at}/nodes/${index}`;
    const found = isGroup(child) ? pointerInTree(child, place, id) : child.id === id ? place : null;
    if (found !== null) return found;
  }
  return null;
}
