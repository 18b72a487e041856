import { create } from "zustand";

import type { Guide } from "../model/align";
import type { ExitRef, Point } from "../model/types";
import type { Anchor } from "../parts/useFloating";
import type { Selection } from "../store";

/** A connection being made: by dragging a wire, or by pressing an exit and then a card. */
export type Connecting = { from: ExitRef; by: "drag" | "press" };

/** What the add menu is for: the exit to continue, and where the card goes (null: where there is room). */
export type AddRequest = { from: ExitRef | null; at: Point | null; anchor: Anchor };

export type UiState = {
  connecting: Connecting | null;
  /** The card under the pointer while connecting. */
  over: string | null;
  /** The one card in the tab order. */
  current: string | null;
  /** The card to focus as soon as it is drawn. */
  focusWish: string | null;
  /** The exit whose end the outline is to focus, rather than the card of the wish. */
  exitWish: ExitRef | null;
  /** The place in the document whose field is to be focused as soon as the inspector shows it. */
  fieldWish: string | null;
  /** The place in the document that is to be shown in the JSON panel, and the selection it belongs to. */
  placeWish: { pointer: string; selection: Selection } | null;
  /** The problem in the text that is to be gone to: the one after the caret, or the one before it. */
  stepWish: 1 | -1 | null;
  /** The open exit chosen in the outline: what is added while no card is selected goes there. */
  openExit: ExitRef | null;
  hoverEdge: string | null;
  addMenu: AddRequest | null;
  /** The card whose menu is open, and the exit it was come to by. */
  cardMenu: { id: string; anchor: Anchor; via?: ExitRef | null } | null;
  /** The edge whose branch is to hang at another exit. */
  moveMenu: { edge: string; anchor: Anchor } | null;
  dialog: "submit" | "shortcuts" | null;
  /** What was typed in the JSON panel and not applied yet; it outlives the panel. */
  typedJson: string | null;
  /** Places of cards while they are dragged; the draft learns them when the drag ends. */
  moving: Record<string, Point> | null;
  /** The lines on which dragged cards stand with others. */
  guides: Guide[];
  /** Whether the search is open, and the cards it finds. */
  finding: boolean;
  found: readonly string[];
  tidying: boolean;
  /** The page is about to come back in another language; what was drawn is kept in this browser. */
  switching: boolean;
  zoom: number;
  /** What the live region reads out. */
  spoken: string;
  /** How often something was said: the same words are said again. */
  times: number;
};

/** What is open, pointed at or under way on this page; nothing here is saved or undone. */
export const useUi = create<UiState>()(() => ({
  connecting: null,
  over: null,
  current: null,
  focusWish: null,
  exitWish: null,
  fieldWish: null,
  placeWish: null,
  stepWish: null,
  openExit: null,
  hoverEdge: null,
  addMenu: null,
  cardMenu: null,
  moveMenu: null,
  dialog: null,
  typedJson: null,
  moving: null,
  guides: [],
  finding: false,
  found: [],
  tidying: false,
  switching: false,
  zoom: 1,
  spoken: "",
  times: 0,
}));

/** Reads a message out to screen readers. */
export function speak(spoken: string): void {
  useUi.setState(({ times }) => ({ spoken, times: times + 1 }));
}
