import { useEffect } from "react";

import { deskNow, watchDesk } from "../../canvas/desk";
import { useUi } from "../../canvas/ui";
import { aboveOf, itemAt, keyOfCard, type Item } from "../../model/outlineTree";
import { useEditor } from "../../store";
import { fold, setCurrent, useOutline } from "./state";

/** Shows a row: unfolds what hides it, and makes it the one in the tab order. */
function reveal(items: readonly Item[], key: string): void {
  const { folded } = useOutline.getState();
  const hiding = aboveOf(items, key).filter((above) => folded.has(above));
  if (hiding.length > 0) fold(hiding, false);
  setCurrent(items, key);
}

/** The focus that an edit wishes for goes to a row while the reader works here. */
function useWishes(items: readonly Item[]): void {
  const card = useUi((state) => state.focusWish);
  useEffect(() => {
    const { exitWish } = useUi.getState();
    if (card === null || deskNow() !== "outline") return;
    const key = (exitWish?.id === card ? itemAt(items, exitWish)?.key : undefined) ?? keyOfCard(card);
    useUi.setState({ focusWish: null, exitWish: null });
    if (!items.some((item) => item.key === key)) return;
    reveal(items, key);
    useOutline.setState({ wish: key });
  }, [card, items]);
}

/** The card selected elsewhere is the current row here. */
function useSelected(items: readonly Item[]): void {
  const only = useEditor(({ selection: { nodes } }) => (nodes.length === 1 ? nodes[0] : undefined));
  useEffect(() => {
    const { current } = useOutline.getState();
    const here = items.find(({ key }) => key === current);
    if (only === undefined || (here?.row.id === only && here.row.open === undefined)) return;
    if (items.some(({ key }) => key === keyOfCard(only))) reveal(items, keyOfCard(only));
  }, [only, items]);
}

/** Keeps the outline beside the canvas: same card, same focus. */
export function useFollow(items: readonly Item[]): void {
  useEffect(watchDesk, []);
  useWishes(items);
  useSelected(items);
}
