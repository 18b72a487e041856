import { useLayoutEffect, useRef, type RefObject } from "react";

export type Anchor = { left: number; top: number; right: number; bottom: number };

const MARGIN = 8;
const GAP = 6;

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

/** Where a box of that size goes: under the anchor, above it when there is no room, always inside the window. */
export function placeBeside(
  anchor: Anchor,
  box: { width: number; height: number },
  room: { width: number; height: number },
  align: "start" | "middle",
): { left: number; top: number } {
  const wished = align === "start" ? anchor.left : (anchor.left + anchor.right - box.width) / 2;
  const under = anchor.bottom + GAP;
  const above = anchor.top - GAP - box.height;
  const fitsUnder = under + box.height + MARGIN <= room.height;
  return {
    left: Math.round(within(wished, MARGIN, Math.max(MARGIN, room.width - MARGIN - box.width))),
    top: Math.round(fitsUnder || above < MARGIN ? within(under, MARGIN, room.height - MARGIN - box.height) : above),
  };
}

/** A point of the screen as an anchor. */
export function pointAnchor(x: number, y: number): Anchor {
  return { left: x, right: x, top: y, bottom: y };
}

/** Where floating boxes are drawn: inside the dialog that covers the page, else in the main landmark. */
export function floor(): Element {
  return document.querySelector("dialog[open]") ?? document.querySelector("main") ?? document.body;
}

/** Keeps the element of the returned ref (position: fixed) beside the anchor. */
export function useFloating<T extends HTMLElement>(anchor: Anchor, align: "start" | "middle" = "start"): RefObject<T | null> {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    const size = { width: box.offsetWidth, height: box.offsetHeight };
    const place = placeBeside(anchor, size, { width: window.innerWidth, height: window.innerHeight }, align);
    box.style.left = `${place.left}px`;
    box.style.top = `${place.top}px`;
  });
  return ref;
}
