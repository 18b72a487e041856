import { getViewportForBounds, type Viewport } from "@xyflow/react";
import { useLayoutEffect, useState, type RefObject } from "react";

import { boxAround, boxesOf } from "../model/boxes";
import { nodesOf } from "../model/rule";
import type { Draft } from "../model/types";
import { editor } from "../store";
import { useUi } from "./ui";
import { FIT } from "./view";

/** The size of the canvas on the page, in px, and how the whole rule fits into it. */
export type FirstView = { width: number; height: number; viewport: Viewport };

function fitting({ document, layout }: Draft, width: number, height: number): Viewport {
  const box = boxAround([...boxesOf(nodesOf(document), layout).values()]);
  if (!box) return { x: 0, y: 0, zoom: 1 };
  const bounds = { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top };
  return getViewportForBounds(bounds, width, height, FIT.minZoom, FIT.maxZoom, FIT.padding);
}

/**
 * How the canvas opens; null before its place on the page is known, which is so before anything is painted. React Flow
 * by itself draws the cards first, then measures them, fits the view and draws all again.
 */
export function useFirstView(ref: RefObject<HTMLElement | null>): FirstView | null {
  const [first, setFirst] = useState<FirstView | null>(null);
  useLayoutEffect(() => {
    // A canvas that is not on show has no size: it will be about as large as the window.
    const width = ref.current?.clientWidth || window.innerWidth;
    const height = ref.current?.clientHeight || window.innerHeight;
    const viewport = fitting(editor.getState().history.present, width, height);
    useUi.setState({ zoom: viewport.zoom });
    setFirst({ width, height, viewport });
  }, [ref]);
  return first;
}
