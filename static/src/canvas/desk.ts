/** Where a rule is edited card by card: as a picture, or as a list. */
export type Desk = "canvas" | "outline";

const PLACES: Record<Desk, string> = { canvas: ".canvas", outline: ".outline" };

let last: Desk = "canvas";

function isShown(desk: Desk): boolean {
  const place = document.querySelector(PLACES[desk]);
  return place !== null && place.checkVisibility() && place.closest("[inert]") === null;
}

/** Notes where the reader works: where a key, a press or a drop went to. Menus and forms belong to where they began. */
function note({ target }: Event): void {
  if (!(target instanceof Element)) return;
  if (target.closest(PLACES.outline)) last = "outline";
  else if (target.closest(PLACES.canvas)) last = "canvas";
}

/** Where the focus goes that a card is to have: to where the reader worked last, unless only the other is shown. */
export function deskNow(): Desk {
  const other: Desk = last === "canvas" ? "outline" : "canvas";
  return !isShown(last) && isShown(other) ? other : last;
}

const HEARD = ["focusin", "pointerdown", "drop"];

/** Begins to note it; answers how to end that. */
export function watchDesk(): () => void {
  for (const type of HEARD) document.addEventListener(type, note, true);
  return () => {
    for (const type of HEARD) document.removeEventListener(type, note, true);
  };
}
