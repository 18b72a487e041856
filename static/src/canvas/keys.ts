import type { KeyboardEvent } from "react";

import { GRID } from "../model/lines";
import { edgesInto } from "../model/rule";
import type { Point } from "../model/types";
import { editor } from "../store";
import { endConnecting, toggleSelected } from "./edits";
import { nudge } from "./moving";
import { stopFrom } from "./navigate";
import { useUi } from "./ui";
import { showCard } from "./view";

const NUDGES: Record<string, Point> = {
  ArrowLeft: { x: -GRID, y: 0 },
  ArrowRight: { x: GRID, y: 0 },
  ArrowUp: { x: 0, y: -GRID },
  ArrowDown: { x: 0, y: GRID },
};

/** From which card the keyboard came to each: up leads back there. */
const cameFrom = new Map<string, string>();

function openBranch(id: string, exit: string): HTMLElement | null {
  return document.querySelector(`[data-testid="open-${CSS.escape(id)}-${exit}"]`);
}

/** Goes on from a card by an arrow key; with `quiet` the selection stays as it is. */
function walk(id: string, key: string, quiet = false): boolean {
  const doc = editor.getState().history.present.document;
  const stop = stopFrom(doc, id, key, cameFrom.get(id));
  if (!stop) return false;
  if (key !== "ArrowUp" && edgesInto(doc, stop.id).some(({ source }) => source === id)) cameFrom.set(stop.id, id);
  if (stop.open) {
    openBranch(stop.id, stop.open)?.focus();
    return true;
  }
  const { connecting } = useUi.getState();
  if (!connecting && !quiet) editor.getState().select({ nodes: [stop.id] });
  useUi.setState({ current: stop.id, focusWish: stop.id, over: connecting ? stop.id : null });
  showCard(stop.id);
  return true;
}

function press(id: string): void {
  if (useUi.getState().connecting) endConnecting(id);
  else editor.getState().select({ nodes: [id] });
}

function openMenu(id: string, card: Element): void {
  const { selection, select } = editor.getState();
  if (!selection.nodes.includes(id)) select({ nodes: [id] });
  useUi.setState({ cardMenu: { id, anchor: card.getBoundingClientRect() } });
}

function handled(event: KeyboardEvent, id: string, card: Element): boolean {
  const { key, shiftKey } = event;
  if (event.altKey) return false;
  if (event.ctrlKey || event.metaKey) return NUDGES[key] !== undefined && !shiftKey && walk(id, key, true);
  if (key === "ContextMenu" || (shiftKey && key === "F10")) openMenu(id, card);
  else if (shiftKey && NUDGES[key]) nudge(NUDGES[key]);
  else if (shiftKey && (key === "Enter" || key === " ")) toggleSelected(id);
  else if (key === "Enter" || key === " ") press(id);
  else return walk(id, key);
  return true;
}

/** On an exit or an open branch: up leads back to its card, the other arrows along the card's branches. */
function handledInside({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent, id: string, card: HTMLElement): boolean {
  if (!NUDGES[key] || ctrlKey || metaKey || altKey || shiftKey) return false;
  if (key === "ArrowUp") card.focus({ preventScroll: true });
  else walk(id, key);
  return true;
}

/** The keys of a focused card: arrows along the branches, Shift with arrows to move it, Enter to choose it. */
export function onCardKey(event: KeyboardEvent): void {
  const { target } = event;
  const card = target instanceof HTMLElement ? target.closest<HTMLElement>(".react-flow__node") : null;
  const id = card?.dataset.id;
  if (!card || id === undefined) return;
  if (!(target === card ? handled(event, id, card) : handledInside(event, id, card))) return;
  event.preventDefault();
  event.stopPropagation();
}
