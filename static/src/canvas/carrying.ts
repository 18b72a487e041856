import { n, t } from "../i18n";
import { boxAround, boxesOf, COLUMN_GAP } from "../model/boxes";
import { COPY_OFFSET, duplicate, isFault, paste, pieceOf, pieceText, readPiece, type Pasted, type Piece } from "../model/clipboard";
import { LIMITS } from "../model/limits";
import { CARD_WIDTH } from "../model/lines";
import { hasFlow, kindOf, nodesOf } from "../model/rule";
import type { Draft, Point, RuleDocument } from "../model/types";
import { readOnlyReason } from "../readOnly";
import { editor } from "../store";
import { orderOf, titleOf } from "./derived";
import { chosenCards, focusCards, removeCards } from "./edits";
import { pointerOnCanvas } from "./pointer";
import { speak } from "./ui";
import { freeMiddle, toCanvas } from "./view";

/** Half the head of a card: what is pasted hangs from there on the pointer. */
const HEAD_MIDDLE = 16;

function present(): Draft {
  return editor.getState().history.present;
}

function inform(text: string): void {
  editor.getState().setNotice({ kind: "info", text });
}

/** Why the chosen cards cannot be copied, or null. */
export function copyReason(): string | null {
  const ids = chosenCards();
  if (ids.length === 0) return t("Choose a card first.");
  return pieceOf(present(), ids).nodes.length === 0 ? t("Start is not copied: every rule has its own.") : null;
}

export function cutReason(): string | null {
  return readOnlyReason() ?? copyReason();
}

/** Why cards cannot be pasted, or null. */
export function pasteReason(): string | null {
  return readOnlyReason() ?? (hasFlow(present().document) ? null : t("This rule has no flow."));
}

function namesOf(piece: Piece): string {
  const { document } = present();
  return piece.nodes.map(({ id }) => titleOf(document, id)).join(t(", "));
}

/** The chosen cards as text for the clipboard; null when there are none to copy. */
export function copyChosen(): string | null {
  const piece = pieceOf(present(), chosenCards());
  if (piece.nodes.length === 0) return null;
  speak(t("{names} copied", { names: namesOf(piece) }));
  return pieceText(piece);
}

/** Takes the chosen cards out of the rule, in one step. */
export function removeCut(): void {
  const piece = pieceOf(present(), chosenCards());
  const names = namesOf(piece);
  removeCards(
    piece.nodes.map(({ id }) => id),
    { label: t("Cut"), said: t("{names} cut", { names }) },
  );
}

function overLimit(doc: RuleDocument): string[] {
  const count = nodesOf(doc).filter((node) => kindOf(node) === "condition").length;
  if (count <= LIMITS.conditionCards) return [];
  return [t("The rule now has {count} condition cards; the service takes at most {most}.", { count, most: LIMITS.conditionCards })];
}

function remarks({ draft, ids, endKept, startKept, refused }: Pasted): string {
  return [
    ...(startKept ? [t("Start was not pasted: every rule has its own.")] : []),
    ...(endKept ? [t("End was not pasted again: a rule has one.")] : []),
    ...refused.map((reason) => t("An edge was left out. {reason}", { reason: t(reason) })),
    ...(ids.length > 0 ? overLimit(draft.document) : []),
  ].join(" ");
}

function arrive(label: string, pasted: Pasted, said: string): void {
  const { ids, draft } = pasted;
  editor.getState().apply(label, () => draft);
  const words = remarks(pasted);
  if (words !== "") inform(words);
  if (ids.length === 0) return;
  focusCards(orderOf(draft.document).filter((id) => ids.includes(id)));
  speak(said);
}

/** Puts copies of the chosen cards beside them, in one step. */
export function duplicateChosen(): void {
  const pasted = duplicate(present(), chosenCards());
  arrive(t("Duplicate"), pasted, n(pasted.ids.length, "{count} card duplicated", "{count} cards duplicated"));
}

/** What was pasted last and where, to set the same cards pasted there again a little aside. */
let last = { key: "", times: 0 };

function timesBefore(key: string): number {
  last = { key, times: last.key === key ? last.times + 1 : 0 };
  return last.times;
}

function widthOf({ nodes, layout }: Piece): number {
  const around = boxAround([...boxesOf(nodes, layout).values()]);
  return around ? around.right - around.left : CARD_WIDTH + COLUMN_GAP;
}

/** The wished upper left corner: under the pointer, or in the middle of what is visible. */
function wishFor(piece: Piece): Point {
  const pointer = pointerOnCanvas();
  const key = JSON.stringify([pointer, piece]);
  const aside = timesBefore(key) * COPY_OFFSET;
  const width = widthOf(piece);
  const place = pointer && toCanvas(pointer);
  const corner = place ? { x: place.x - width / 2, y: place.y - HEAD_MIDDLE } : freeMiddle(width);
  return { x: corner.x + aside, y: corner.y + aside };
}

function pastePiece(piece: Piece): void {
  const reason = pasteReason();
  if (reason !== null) {
    inform(reason);
    return;
  }
  const pasted = paste(present(), piece, wishFor(piece));
  arrive(t("Paste"), pasted, n(pasted.ids.length, "{count} card pasted", "{count} cards pasted"));
}

/** Pastes a text of copied cards, or says why it cannot be read. False when it is no such text. */
export function pasteText(text: string): boolean {
  const found = readPiece(text);
  if (found === null) return false;
  if (isFault(found)) {
    const reason = t(found.message, found.params);
    editor.getState().setNotice({ kind: "error", text: t("Not pasted: {reason}. Nothing was changed.", { reason }) });
  } else pastePiece(found);
  return true;
}
