import { useSyncExternalStore } from "react";
import { create } from "zustand";

import { useUi } from "../canvas/ui";
import type { EditorStore } from "../store";

/** What a narrow page shows one at a time; a wide one shows all of it at once. */
export type View = "outline" | "canvas" | "details" | "panels";
/** Where cards are chosen: closing what was opened from there leads back. */
type Home = Extract<View, "outline" | "canvas">;

type ViewState = {
  view: View;
  home: Home;
  /** Whether the bar on top shows everything it holds. */
  more: boolean;
};

export const useViews = create<ViewState>()(() => ({ view: "outline", home: "outline", more: false }));

/** Two panels and a canvas do not fit side by side: a phone, or a page enlarged to 200 %. */
const NARROW = "(max-width: 799px)";

function isNarrow(): boolean {
  return window.matchMedia(NARROW).matches;
}

function onWidth(changed: () => void): () => void {
  const query = window.matchMedia(NARROW);
  query.addEventListener("change", changed);
  return () => { query.removeEventListener("change", changed); };
}

export function useNarrow(): boolean {
  return useSyncExternalStore(onWidth, isNarrow);
}

export function showView(view: View): void {
  useViews.setState(view === "outline" || view === "canvas" ? { view, home: view, more: false } : { view, more: false });
}

/** After React has drawn the view: what is hidden takes no focus. A form that is still on its way is waited for, some two seconds. */
function focusSoon(selector: string, frames = 120): void {
  const { view } = useViews.getState();
  requestAnimationFrame(() => {
    if (useViews.getState().view !== view) return;
    const wanted = document.querySelector<HTMLElement>(selector);
    if (wanted) wanted.focus();
    else if (frames > 0) focusSoon(selector, frames - 1);
  });
}

/** On a narrow page, a card chosen in the outline opens. */
export function openDetails(): void {
  if (!isNarrow()) return;
  showView("details");
  focusSoon('[data-testid="inspector"] button');
}

function showHome(): void {
  showView(useViews.getState().home);
}

/** A card asks for the focus: it is given where cards are chosen. */
function followCard(id: string): void {
  showHome();
  if (isNarrow() && useViews.getState().home === "outline") focusSoon(`.outline [data-id="${CSS.escape(id)}"]`);
}

/** Shows what is asked for elsewhere: the field of a finding, a card, a panel. Answers how to stop. */
export function followViews(store: EditorStore): () => void {
  const ends = [
    useUi.subscribe(({ fieldWish, focusWish }, before) => {
      if (fieldWish !== null && fieldWish !== before.fieldWish) showView("details");
      else if (focusWish !== null && focusWish !== before.focusWish) followCard(focusWish);
    }),
    store.subscribe(({ drawer }, before) => {
      if (drawer === before.drawer) return;
      if (drawer === null) showHome();
      else showView("panels");
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
