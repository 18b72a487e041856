import type { Point } from "../model/types";

/** As long as systems wait before a press is a long one, in ms. */
const LONG = 500;
/** A finger that moves farther drags, in px. */
const STILL = 10;

type Press = { timer: ReturnType<typeof setTimeout>; start: Point; pointer: number };

/** A finger held still opens the menu that the right mouse button opens; not every system says so itself. */
class LongPress {
  private press: Press | null = null;
  /** The menu is open and the finger still down: what its leaving would do is left out. */
  private spent = false;

  readonly listeners: [string, (event: Event) => void][] = [
    ["pointerdown", (event) => { this.begin(event as PointerEvent); }],
    ["pointermove", (event) => { this.follow(event as PointerEvent); }],
    ["pointerup", () => { this.end(); }],
    ["pointercancel", () => { this.end(); }],
    ["contextmenu", (event) => { this.said(event); }],
    ["click", (event) => { this.swallow(event); }],
  ];

  end(): void {
    if (this.press) clearTimeout(this.press.timer);
    this.press = null;
  }

  private begin({ pointerType, isPrimary, pointerId, clientX, clientY, target }: PointerEvent): void {
    const another = this.press !== null;
    this.end();
    this.spent = false;
    const isExit = target instanceof Element && target.closest("button, .react-flow__handle") !== null;
    if (pointerType === "mouse" || !isPrimary || another || isExit) return;
    const timer = setTimeout(() => { this.open(target, clientX, clientY); }, LONG);
    this.press = { timer, pointer: pointerId, start: { x: clientX, y: clientY } };
  }

  private follow({ pointerId, clientX, clientY }: PointerEvent): void {
    if (this.press?.pointer !== pointerId) return;
    const { x, y } = this.press.start;
    if (Math.hypot(clientX - x, clientY - y) > STILL) this.end();
  }

  private open(target: EventTarget | null, clientX: number, clientY: number): void {
    this.end();
    target?.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX, clientY }));
    this.spent = true;
  }

  /** The system says it too: once is enough. */
  private said(event: Event): void {
    if (this.spent) this.swallow(event);
    else this.end();
  }

  private swallow(event: Event): void {
    if (!this.spent) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Watches an element for long presses. Answers how to stop. */
export function watchLongPress(element: HTMLElement): () => void {
  const watch = new LongPress();
  for (const [type, listener] of watch.listeners) element.addEventListener(type, listener, true);
  return () => {
    watch.end();
    for (const [type, listener] of watch.listeners) element.removeEventListener(type, listener, true);
  };
}
