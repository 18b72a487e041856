import { isEdge, isNode, isObject, rawItems } from "./graph";
import { isGroup, treeOf } from "./tree";
import type { Draft, FlowEdge, FlowNode, Group, Json, Layout, RuleDocument, TreeNode } from "./types";

/** The draft with another document or layout; the same draft when neither is new. */
export function withParts(draft: Draft, document: RuleDocument, layout: Layout = draft.layout): Draft {
  return document === draft.document && layout === draft.layout ? draft : { ...draft, document, layout };
}

/** The document with another list of nodes or edges; everything else in it stays, in its order. */
export function withItems(doc: RuleDocument, member: "nodes" | "edges", items: Json[]): RuleDocument {
  const flow = isObject(doc.match_v3) ? doc.match_v3 : {};
  return { ...doc, match_v3: { ...flow, [member]: items } };
}

/** The document with one node replaced by `edit` of it; the same document when `edit` changes nothing. */
export function editNode(doc: RuleDocument, id: string, edit: (node: FlowNode) => FlowNode): RuleDocument {
  const items = rawItems(doc, "nodes");
  const index = items.findIndex((item) => isNode(item) && item.id === id);
  const node = items[index];
  if (node === undefined || !isNode(node)) return doc;
  const edited = edit(node);
  return edited === node ? doc : withItems(doc, "nodes", items.with(index, edited));
}

/** The document with one edge replaced by `edit` of it. */
export function editEdge(doc: RuleDocument, id: string, edit: (edge: FlowEdge) => FlowEdge): RuleDocument {
  const items = rawItems(doc, "edges");
  const index = items.findIndex((item) => isEdge(item) && item.id === id);
  const edge = items[index];
  if (edge === undefined || !isEdge(edge)) return doc;
  const edited = edit(edge);
  return edited === edge ? doc : withItems(doc, "edges", items.with(index, edited));
}

/** A tree with the item `id` replaced by what `edit` answers; null takes it out. The same tree when nothing changes. */
function editItem(tree: TreeNode, id: string, edit: (item: TreeNode) => TreeNode | null): TreeNode | null {
  if (tree.id === id) return edit(tree);
  if (!isGroup(tree)) return tree;
  const nodes = tree.nodes.flatMap((child) => editItem(child, id, edit) ?? []);
  const same = nodes.length === tree.nodes.length && nodes.every((child, index) => child === tree.nodes[index]);
  return same ? tree : { ...tree, nodes };
}

/** The draft with one item of a card's condition tree edited; cards without a readable tree stay as they are. */
export function editTree(
  draft: Draft,
  cardId: string,
  itemId: string,
  edit: (item: TreeNode) => TreeNode | null,
): Draft {
  return editRoot(draft, cardId, (tree) => {
    const edited = editItem(tree, itemId, edit);
    return edited && isGroup(edited) ? edited : tree;
  });
}

/** The draft with a card's whole condition tree edited. */
export function editRoot(draft: Draft, cardId: string, edit: (tree: Group) => Group): Draft {
  const document = editNode(draft.document, cardId, (node) => {
    const tree = treeOf(node);
    if (!tree) return node;
    const edited = edit(tree);
    return edited === tree ? node : { ...node, value: edited };
  });
  return withParts(draft, document);
}
