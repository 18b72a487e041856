import { exitTitle, titleOf } from "../../canvas/derived";
import { add, insertOn, removeEdge, toggleSelected } from "../../canvas/edits";
import { pointerTo } from "../../canvas/pointers";
import { speak, useUi } from "../../canvas/ui";
import { showCard } from "../../canvas/view";
import { t } from "../../i18n";
import { keyOfCard, type Item } from "../../model/outlineTree";
import { combineOf, edgeFrom, nodeById, treeOf } from "../../model/rule";
import type { FlowEdge, RuleDocument } from "../../model/types";
import type { Anchor } from "../../parts/useFloating";
import { readOnlyReason } from "../../readOnly";
import { editor } from "../../store";
import { fold, useOutline } from "./state";

function inform(text: string): void {
  editor.getState().setNotice({ kind: "info", text });
}

/** The edge that leads to a row; null for Start, for cards nothing leads to, and for open branches. */
function edgeOf({ row: { from } }: Item): FlowEdge | null {
  return (from && edgeFrom(editor.getState().history.present.document, from.id, from.exit)) ?? null;
}

/** Makes a row the one that keys, palette and panels are about. An open branch is no card: nothing is selected then. */
export function choose({ row: { id, from, open } }: Item): void {
  if (open !== undefined) {
    editor.getState().select({});
    useUi.setState({ openExit: from });
    return;
  }
  editor.getState().select({ nodes: [id] });
  useUi.setState({ current: id });
  showCard(id);
}

/** Adds the card of a row to the selection, or takes it out. */
export function toggle({ row }: Item): void {
  if (row.open === undefined) toggleSelected(row.id);
}

/** Asks what may follow an open branch. */
function continueBranch({ row: { from } }: Item, anchor: Anchor): void {
  const reason = readOnlyReason();
  if (reason === null) useUi.setState({ addMenu: { from, at: null, anchor } });
  else inform(reason);
}

/** The menu of a row: what may follow an open branch, or what can be done with the card and the branch it hangs at. */
export function openMenu(item: Item, anchor: Anchor): void {
  const { id, from, open } = item.row;
  if (open !== undefined) {
    continueBranch(item, anchor);
    return;
  }
  const { selection } = editor.getState();
  if (!selection.nodes.includes(id)) choose(item);
  useUi.setState({ cardMenu: { id, anchor, via: from } });
}

/** Where in the document the fields of a card begin; null when it has none. */
function fieldsAt(doc: RuleDocument, id: string): string | null {
  const node = nodeById(doc, id);
  const place = pointerTo(doc, "nodes", id);
  if (node && treeOf(node)) return `${place}/value`;
  return node && combineOf(node) ? `${place}/value/combineConfig` : null;
}

/** Selects a card and goes to its first field; Escape there leads back. */
function editCard(item: Item): void {
  const doc = editor.getState().history.present.document;
  const place = fieldsAt(doc, item.row.id);
  choose(item);
  if (place === null) inform(t("{card} has nothing to fill in.", { card: titleOf(doc, item.row.id) }));
  else if (document.querySelector('[data-testid="inspector"]')) useUi.setState({ fieldWish: place });
  else inform(t("The fields of this card are not shown now. Close what stands in their place."));
}

/** What Enter does: edit a card, continue an open branch, or go to the row where a repeated card stands. */
export function enter(item: Item, anchor: Anchor): void {
  const { id, again, open } = item.row;
  if (open !== undefined) continueBranch(item, anchor);
  else if (again) {
    choose(item);
    useOutline.setState({ wish: keyOfCard(id) });
  } else editCard(item);
}

/** Puts a condition before a row; on an open branch, at its end. */
export function insertBefore(item: Item): void {
  const edge = edgeOf(item);
  if (item.row.open !== undefined) add("condition", item.row.from);
  else if (edge) insertOn(edge.id);
  else inform(t("Nothing leads to this card."));
}

/** What Delete does where it means no card; false where it does. */
export function deleteBranch(item: Item): boolean {
  const { history } = editor.getState();
  const { id, open, again } = item.row;
  if (open !== undefined) {
    inform(t("{exit} leads nowhere yet: there is nothing to delete.", { exit: exitTitle(history.present.document, id, open) }));
    return true;
  }
  const edge = edgeOf(item);
  if (!again || !edge) return false;
  const reason = readOnlyReason();
  if (reason === null) removeEdge(edge.id);
  else inform(reason);
  return true;
}

/** Folds a row's insides away, or shows them again. */
export function setFolded({ key, row }: Item, away: boolean): void {
  const { history } = editor.getState();
  fold([key], away);
  const card = titleOf(history.present.document, row.id);
  speak(away ? t("{card} folded", { card }) : t("{card} unfolded", { card }));
}

/** The row in words, as it is found by typing. */
export function wordsOf({ row: { id, open } }: Item): string {
  const { document } = editor.getState().history.present;
  return open === undefined ? titleOf(document, id) : t("Add a card");
}
