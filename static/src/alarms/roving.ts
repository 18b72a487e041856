import type { KeyboardEvent } from "react";

function toFocus(event: KeyboardEvent, items: HTMLElement[]): HTMLElement | undefined {
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return undefined;
  switch (event.key) {
    case "ArrowDown":
      return items[Math.min(at + 1, items.length - 1)];
    case "ArrowUp":
      return items[Math.max(at - 1, 0)];
    case "Home":
      return items[0];
    case "End":
      return items.at(-1);
    default:
      return undefined;
  }
}

/** Moves the focus among the inputs of a list by arrows, Home and End. One of them takes part in the order of Tab: the one that had it last. */
export function rove(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("input:not(:disabled)")];
  const next = toFocus(event, items);
  if (!next) return;
  event.preventDefault();
  for (const item of items) item.tabIndex = item === next ? 0 : -1;
  next.focus();
}
