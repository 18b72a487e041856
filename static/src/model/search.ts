import { kindOf, nodeById } from "./graph";
import { english, type Say } from "./say";
import { combineOf, leavesOf, treeIds, treeOf } from "./tree";
import type { FlowNode, Leaf, RuleDocument } from "./types";
import { mergeWords, subjectOf } from "./words";

/** Where a card was found. */
export type Facet = "title" | "attribute" | "value" | "rule" | "id" | "condition";

/** A card that was found: the text it was found by, and where in that text, `start` included and `end` not. */
export type Hit = { id: string; facet: Facet; text: string; start: number; end: number };

type Text = { facet: Facet; text: string };

function leafTexts(leaf: Leaf, say: Say): Text[] {
  const { key, value } = leaf.match;
  const subject = subjectOf(key, say);
  const names: Text[] = subject === key ? [] : [{ facet: "attribute", text: subject }];
  return [...names, { facet: "attribute", text: key }, ...value.map((text): Text => ({ facet: "value", text }))];
}

function textsOf(node: FlowNode, title: string, say: Say): Text[] {
  const tree = kindOf(node) === "condition" ? treeOf(node) : null;
  const leaves = tree ? leavesOf(tree) : [];
  const config = combineOf(node);
  const tells = config ? mergeWords(config, say).tells : [];
  return [
    { facet: "title", text: title },
    ...leaves.flatMap((leaf) => leafTexts(leaf, say)),
    ...tells.map((text): Text => ({ facet: "rule", text })),
    { facet: "id", text: node.id },
    ...(tree ? treeIds(tree) : []).map((text): Text => ({ facet: "condition", text })),
  ];
}

function found({ facet, text }: Text, wanted: string): Omit<Hit, "id"> | null {
  const start = text.toLowerCase().indexOf(wanted);
  // Some letters change their length in lower case: the place must lie inside the text as it is written.
  return start < 0 ? null : { facet, text, start, end: Math.min(text.length, start + wanted.length) };
}

function isById({ facet }: Hit): boolean {
  return facet === "id" || facet === "condition";
}

/**
 * The cards whose title, attributes, values, notification rules or ids hold the query, in the order of `titles`
 * (outline order), each once, by the first text that holds it; those found by an id alone come last. Case does not
 * matter. An empty query finds nothing.
 */
export function search(doc: RuleDocument, titles: ReadonlyMap<string, string>, query: string, say: Say = english): Hit[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  const hits = Array.from(titles).flatMap(([id, title]): Hit[] => {
    const node = nodeById(doc, id);
    const texts = node ? textsOf(node, title, say) : [];
    for (const text of texts) {
      const place = found(text, wanted);
      if (place) return [{ id, ...place }];
    }
    return [];
  });
  return [...hits.filter((hit) => !isById(hit)), ...hits.filter(isById)];
}
