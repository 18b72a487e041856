import { boxAt, boxesOf, firstFree, pointOf, type Box } from "./boxes";
import { unionOrder, type CardChange, type Change, type EdgeChange } from "./diff";
import { edgesInto, edgesOf, exitOf, nodeById, nodesOf } from "./graph";
import { sizeOf } from "./lines";
import { isGroup, treeOf } from "./tree";
import { childrenOf, itemsOf, ownContent, reordered, ROOT, sameContent, woven, type Item } from "./treeDiff";
import type { Draft, Exit, FlowEdge, FlowNode, Group, Point, RuleDocument, Size, TreeNode } from "./types";
import { settingLines } from "./words";

export type Mark = "same" | "added" | "removed" | "changed" | "moved";

/** A condition or group of both versions of a card: as each has it, null where it has none. */
export type TreeMark = { key: string; mark: Mark; before: TreeNode | null; after: TreeNode | null; inside: TreeMark[] };

/** One card of the picture of two versions. `moved`: it stands elsewhere, whatever else is new about it. */
export type PictureCard = {
  id: string;
  mark: Mark;
  moved: boolean;
  before: FlowNode | null;
  after: FlowNode | null;
  tree: TreeMark | null;
  point: Point;
  size: Size;
};

/** One line of the picture. An edge that leads elsewhere is two: where it leads, and where it led ("removed"). */
export type PictureEdge = { key: string; id: string; source: string; target: string; exit: Exit; mark: Mark };
export type Picture = { cards: PictureCard[]; edges: PictureEdge[] };

function markOf(old: Item | undefined, now: Item | undefined, moved: boolean): Mark {
  if (!old || !now) return now ? "added" : "removed";
  if (!sameContent(ownContent(old.node), ownContent(now.node))) return "changed";
  return moved || old.parent !== now.parent ? "moved" : "same";
}

/** Both versions of a condition tree in one; what was taken out stays where it stood. */
export function unionTree(before: Group, after: Group): TreeMark {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  const marked = (key: string, moved: boolean): TreeMark => {
    const [was, is] = [old.get(key), now.get(key)];
    const [mine, theirs] = [childrenOf(old, key), childrenOf(now, key)];
    const gone = mine.filter((child) => !now.has(child));
    const kept = mine.filter((child) => gone.includes(child) || theirs.includes(child));
    const order = reordered(mine, theirs);
    const inside = woven(theirs, kept).map((child) => marked(child, order.has(child)));
    return { key, mark: markOf(was, is, moved), before: was?.node ?? null, after: is?.node ?? null, inside };
  };
  return marked(ROOT, false);
}

function treeMark(before: FlowNode | null, after: FlowNode | null): TreeMark | null {
  const [old, now] = [before && treeOf(before), after && treeOf(after)];
  const tree = now ?? old;
  return tree ? unionTree(old ?? tree, now ?? tree) : null;
}

/** Whether a changed condition asks for the same thing in the same way, of other values. */
export function otherValues({ before, after }: Pick<TreeMark, "before" | "after">): boolean {
  if (!before || !after || isGroup(before) || isGroup(after) || before.type !== after.type) return false;
  return before.match.key === after.match.key && before.match.operate === after.match.operate;
}

/** The values of a condition that went, and those of the later version. */
function allValues(before: TreeNode, after: TreeNode): string[] {
  if (isGroup(before) || isGroup(after)) return [];
  return [...before.match.value.filter((value) => !after.match.value.includes(value)), ...after.match.value];
}

/** A tree as tall as the marked one when it is drawn: what changed stands there twice, or with both its values. */
function drawnTree(tree: TreeMark): TreeNode[] {
  const { before, after, inside } = tree;
  const item = after ?? before;
  if (!item) return [];
  if (isGroup(item)) return [{ ...item, nodes: inside.flatMap(drawnTree) }];
  if (tree.mark !== "changed" || !before) return [item];
  if (otherValues(tree)) return [{ ...item, match: { ...item.match, value: allValues(before, item) } }];
  return [item, before];
}

/** One more row of a merge card, on the grid of the canvas. */
const ROW = 24;

/** How many lines of a merge card are not the same in both versions. */
function otherSettings(before: FlowNode, after: FlowNode): number {
  const [old, now] = [settingLines(before), settingLines(after)];
  return now.filter((line, index) => line !== old[index]).length;
}

function drawnSize(card: Pick<PictureCard, "before" | "after" | "tree" | "mark">): Size {
  const node = card.after ?? card.before;
  if (!node) return { width: 0, height: 0 };
  const value = card.tree ? drawnTree(card.tree)[0] : undefined;
  const size = sizeOf(value ? ({ ...node, value }) : node);
  const settings = card.mark === "changed" && card.before && card.after ? otherSettings(card.before, card.after) : 0;
  return { width: size.width, height: size.height + ROW * settings };
}

/** Where a card that is gone stood, moved along with the card that led to it. */
function formerPlace(id: string, before: Draft, after: Draft): Point {
  const old = pointOf(before.layout, id) ?? { x: 0, y: 0 };
  const leader = edgesInto(before.document, id).find(({ source }) => nodeById(after.document, source));
  const from = leader && pointOf(before.layout, leader.source);
  const to = leader && pointOf(after.layout, leader.source);
  return from && to ? { x: old.x + to.x - from.x, y: old.y + to.y - from.y } : old;
}

function nearest(point: Point, size: Size, obstacles: readonly Box[]): Point {
  const left = firstFree(point, size, obstacles, "left");
  const right = firstFree(point, size, obstacles, "right");
  return point.x - left.x <= right.x - point.x ? left : right;
}

function places(cards: readonly PictureCard[], before: Draft, after: Draft): Map<string, Point> {
  const obstacles = [...boxesOf(nodesOf(after.document), after.layout).values()];
  const found = new Map<string, Point>();
  for (const { id, after: now, size } of cards) {
    const own = now && pointOf(after.layout, id);
    const point = own ?? nearest(formerPlace(id, before, after), size, obstacles);
    if (!own) obstacles.push(boxAt(point, size));
    found.set(id, point);
  }
  return found;
}

/** Cards that grew push down what stands below them; every distance between rows stays. */
function pushedDown(cards: PictureCard[]): PictureCard[] {
  const done: { was: Box; now: Box }[] = [];
  const byTop = cards.toSorted((a, b) => a.point.y - b.point.y);
  for (const card of byTop) {
    const node = card.after ?? card.before;
    const was = boxAt(card.point, node ? sizeOf(node) : card.size);
    const above = done.filter((other) => other.was.bottom <= was.top);
    const y = Math.max(was.top, ...above.map((other) => other.now.bottom + was.top - other.was.bottom));
    card.point = { x: card.point.x, y };
    done.push({ was, now: boxAt(card.point, card.size) });
  }
  return cards;
}

function pictureEdges(document: RuleDocument, before: RuleDocument, changes: readonly EdgeChange[]): PictureEdge[] {
  const marks = new Map(changes.map((change) => [change.id, change]));
  const line = (edge: FlowEdge, mark: Mark): PictureEdge => {
    const { id, source, target } = edge;
    return { key: mark === "removed" ? `${id} before` : id, id, source, target, exit: exitOf(edge), mark };
  };
  const lines = edgesOf(document).map((edge) => line(edge, marks.get(edge.id)?.kind ?? "same"));
  const gone = changes.flatMap((change) => {
    const { before: old, after: now } = change;
    const elsewhere = !now || now.target !== old?.target || now.source !== old.source || exitOf(now) !== exitOf(old);
    return old && elsewhere ? [line(old, "removed")] : [];
  });
  const known = (id: string): boolean => [document, before].some((doc) => nodeById(doc, id) !== undefined);
  const drawn = [...lines, ...gone].filter(({ source, target }) => known(source) && known(target));
  return [...new Map(drawn.map((one) => [one.key, one])).values()];
}

/**
 * Both versions in one picture: every card of either, where the later version has it; cards that are gone stand
 * where they stood, or beside what stands there now. `changes` are those of `diff(before, after)`.
 */
export function pictureOf(before: Draft, after: Draft, changes: readonly Change[]): Picture {
  const cardChanges = new Map(
    changes.filter((change): change is CardChange => change.subject === "card").map((change) => [change.id, change]),
  );
  const cards = unionOrder(before.document, after.document).map((id): PictureCard => {
    const change = cardChanges.get(id);
    const old = nodeById(before.document, id) ?? null;
    const now = nodeById(after.document, id) ?? null;
    const mark: Mark = change?.kind ?? "same";
    const card = { id, mark, moved: change?.moved ?? false, before: old, after: now, tree: treeMark(old, now) };
    return { ...card, point: { x: 0, y: 0 }, size: drawnSize(card) };
  });
  const placed = places(cards, before, after);
  const put = cards.map((card) => ({ ...card, point: placed.get(card.id) ?? card.point }));
  const edges = changes.filter((change): change is EdgeChange => change.subject === "edge");
  return { cards: pushedDown(put), edges: pictureEdges(after.document, before.document, edges) };
}
