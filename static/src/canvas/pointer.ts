import type { Point } from "../model/types";

/** Where on the screen the pointer last was over the canvas; null while it is elsewhere. */
let over: Point | null = null;

export function notePointer(screen: Point | null): void {
  over = screen;
}

export function pointerOnCanvas(): Point | null {
  return over;
}
