import { useEffect } from "react";

/** What a key press cannot change by accident: no text field, no list of choices, no cross that removes a value. */
const SAFE = "[tabindex='0'], button:not([tabindex='-1'], .x)";

/** The element that has the focus by the keyboard, and everything around it, nearest first. */
let trail: Element[] = [];

function trailOf(element: Element): Element[] {
  const around = element.parentElement;
  return around ? [element, ...trailOf(around)] : [element];
}

function follow({ target }: FocusEvent): void {
  // A menu gives the focus back itself, to what opened it.
  if (target instanceof Element && !target.closest(".floating, dialog")) trail = trailOf(target);
}

function forget(): void {
  trail = [];
}

/** When the focused element left the page: the nearest thing that can take its place, around where it was. */
function rescue(): void {
  const lost = document.activeElement === null || document.activeElement === document.body;
  if (!lost || trail[0] === undefined || trail[0].isConnected) return;
  const heirs = trail.filter((around) => around.isConnected && around !== document.body);
  const heir = heirs.map((around) => around.querySelector<HTMLElement>(SAFE)).find((found) => found !== null);
  heir?.focus({ preventScroll: true });
}

/** Keeps the focus in the page: what has it may vanish by undo, by Delete or because its message was put away. */
export function useKeptFocus(): void {
  useEffect(() => {
    let frame = 0;
    const watch = new MutationObserver(() => {
      cancelAnimationFrame(frame);
      // A frame later: who removed the element may have a better place in mind.
      frame = requestAnimationFrame(rescue);
    });
    watch.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", follow);
    document.addEventListener("pointerdown", forget, true);
    return () => {
      watch.disconnect();
      cancelAnimationFrame(frame);
      document.removeEventListener("focusin", follow);
      document.removeEventListener("pointerdown", forget, true);
    };
  }, []);
}
