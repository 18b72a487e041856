import { createElement, type ComponentType, type ReactElement } from "react";
import { create } from "zustand";

import { t } from "../i18n";
import { editor } from "../store";

/** A dialog whose code is loaded when it is first asked for. */
export type Layer = ComponentType;

const useLayer = create<{ shown: ReactElement | null }>()(() => ({ shown: null }));

/** What `load` loads; null where it cannot be loaded, which a notice then says. */
export async function loaded<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch {
    const text = t("This cannot be loaded now: the server cannot be reached. Your draft stays here; try again.");
    editor.getState().setNotice({ kind: "error", text });
    return null;
  }
}

/** Shows a dialog over the page, once its code is there. */
export async function openLayer(load: () => Promise<Layer>): Promise<void> {
  const layer = await loaded(load);
  // Another dialog may have come while this one was on its way.
  if (layer && !document.querySelector("dialog[open]")) useLayer.setState({ shown: createElement(layer) });
}

export function closeLayer(): void {
  useLayer.setState({ shown: null });
}

/** The dialog that is shown, if there is one. */
export function LayerHost() {
  return useLayer((state) => state.shown);
}
