import type { KeyboardEvent } from "react";

import { ACTIONS } from "../../actions";
import { tellSelection } from "../../canvas/edits";
import { actionFor } from "../../chords";
import { itemAt, keyOfCard, typedAhead, type Item } from "../../model/outlineTree";
import { editor } from "../../store";
import { choose, deleteBranch, enter, insertBefore, openMenu, setFolded, toggle, wordsOf } from "./acts";
import { fold, setCurrent, useOutline } from "./state";

/** Letters typed within this time of each other, in ms, are one word. */
const TYPING = 800;

type Press = { event: KeyboardEvent; item: Item; items: readonly Item[]; row: HTMLElement };

let typed = { text: "", at: 0 };

/** Gives a row the focus; with `quiet` the selection stays as it is. */
function go({ items }: Press, item: Item | undefined, quiet = false): void {
  if (!item) return;
  setCurrent(items, item.key);
  useOutline.setState({ wish: item.key });
  if (!quiet) choose(item);
}

function isFolded({ key }: Item): boolean {
  return useOutline.getState().folded.has(key);
}

/** Left: folds, or goes up to what the row hangs under, or else back to the card that leads to it. */
function outward(press: Press): void {
  const { item, items } = press;
  if (item.holds && !isFolded(item)) setFolded(item, true);
  else go(press, items.find(({ key }) => key === (item.parent ?? keyOfCard(item.row.from?.id ?? ""))));
}

/** Right: unfolds, or goes in; from a repeated card to the row where it stands. */
function inward(press: Press): void {
  const { item, items } = press;
  if (item.holds && isFolded(item)) setFolded(item, false);
  else if (item.holds) go(press, itemAt(items, { id: item.row.id, exit: "true" }));
  else if (item.row.again) go(press, items.find(({ key }) => key === keyOfCard(item.row.id)));
}

const STEPS: Record<string, (items: readonly Item[], at: number) => Item | undefined> = {
  ArrowUp: (items, at) => items[at - 1],
  ArrowDown: (items, at) => items[at + 1],
  Home: (items) => items[0],
  End: (items) => items.at(-1),
};

function stepFrom({ event, item, items }: Press): Item | undefined {
  return STEPS[event.key]?.(items, items.indexOf(item));
}

/** Adds the next row to the selection on the way. */
function extend(press: Press): void {
  const next = stepFrom(press);
  if (!next) return;
  go(press, next, true);
  const { nodes } = editor.getState().selection;
  const passed = [press.item, next].filter(({ row }) => row.open === undefined).map(({ row }) => row.id);
  editor.getState().select({ nodes: [...new Set([...nodes, ...passed])] });
  tellSelection();
}

/** Keys that move among the rows. */
function moved(press: Press): boolean {
  const { key, shiftKey, ctrlKey, metaKey } = press.event;
  if (STEPS[key]) {
    if (shiftKey) extend(press);
    else go(press, stepFrom(press), ctrlKey || metaKey);
  } else if (ctrlKey || metaKey || shiftKey) return false;
  else if (key === "ArrowLeft") outward(press);
  else if (key === "ArrowRight") inward(press);
  else return false;
  return true;
}

/** Whether the last letter was typed just now: the next one, or a space, goes on with its word. */
function isTyping({ timeStamp }: KeyboardEvent): boolean {
  return typed.text !== "" && timeStamp - typed.at < TYPING;
}

/** Keys that do something with the row. */
function acted({ event, item, row }: Press): boolean {
  const { key, shiftKey, ctrlKey } = event;
  if (key === " " && isTyping(event)) return false;
  if (key === "ContextMenu" || (shiftKey && key === "F10")) openMenu(item, row.getBoundingClientRect());
  else if (shiftKey && (key === "Enter" || key === " ")) toggle(item);
  else if (key === "Enter" || (key === " " && item.row.open !== undefined)) enter(item, row.getBoundingClientRect());
  else if (key === " ") choose(item);
  else if (key === "Insert" && !shiftKey && !ctrlKey) insertBefore(item);
  else if (key === "Delete" || key === "Backspace") return deleteBranch(item);
  else return false;
  return true;
}

/** Letters go to the next row that begins with them. One that begins none is left to the page, unless it adds a card. */
function typedTo(press: Press): boolean {
  const { event, item, items } = press;
  const goesOn = isTyping(event);
  if (event.key.length !== 1 || (event.key === " " && !goesOn) || event.ctrlKey || event.metaKey) return false;
  if (event.key === "*") {
    fold(items.filter(({ parent, holds }) => holds && parent === item.parent).map(({ key }) => key), false);
    return true;
  }
  const text = (goesOn ? typed.text : "") + event.key;
  const found = typedAhead(items, item.key, text, wordsOf);
  const action = actionFor(event.nativeEvent, false, ACTIONS);
  if (!found && !goesOn && action?.id !== "add-condition" && action?.id !== "add-combine") return false;
  typed = { text, at: event.timeStamp };
  go(press, found);
  return true;
}

/** The keys of the outline, heard for all its rows. */
export function onOutlineKey(event: KeyboardEvent, items: readonly Item[]): void {
  const { target } = event;
  const row = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-key]") : null;
  const item = items.find(({ key }) => key === row?.dataset.key);
  if (!row || !item || event.altKey || event.nativeEvent.isComposing) return;
  // A button in the row answers to Enter and Space itself.
  if (target !== row && (event.key === "Enter" || event.key === " ")) return;
  // Any other key ends the word; Shift alone is part of typing it.
  if (event.key.length > 1 && event.key !== "Shift") typed = { text: "", at: 0 };
  const press = { event, item, items, row };
  if (!acted(press) && !moved(press) && !typedTo(press)) return;
  event.preventDefault();
  event.stopPropagation();
}
