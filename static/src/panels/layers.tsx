import { createElement, type ComponentType, type ReactElement } from "react";
import { create } from "zustand";

import { t } from "../i18n";
import { editor } from "../store";

/** A dialog whose code is loaded when it is first asked for. `typed`: what was typed while it was on its way. */
export type Layer = ComponentType<{ typed: string }>;

const useLayer = create<{ shown: ReactElement | null }>()(() => ({ shown: null }));

/** What `load` loads; null where it cannot be loaded, which a notice then says. */
export async function loaded<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch {
    const text = t("This part of the page could not be loaded: there is no line, or Groupflow was updated. Nothing you drew is lost.");
    editor.getState().setNotice({ kind: "error", text });
    return null;
  }
}

/**
 * Keeps the keys from the page while something is on its way that they are meant for. Escape or a press of the pointer
 * gives it up. `end` answers what was typed, null where it was given up.
 */
function keepKeys(): { end: () => string | null } {
  let typed = "";
  const kept = new AbortController();
  const hear = (event: KeyboardEvent): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.key === "Escape") kept.abort();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) typed += event.key;
  };
  window.addEventListener("keydown", hear, { capture: true, signal: kept.signal });
  window.addEventListener("pointerdown", () => { kept.abort(); }, { capture: true, signal: kept.signal });
  return {
    end: () => {
      const given = kept.signal.aborted;
      kept.abort();
      return given ? null : typed;
    },
  };
}

/** Shows a dialog over the page, once its code is there. */
export async function openLayer(load: () => Promise<Layer>): Promise<void> {
  const keys = keepKeys();
  const layer = await loaded(load);
  const typed = keys.end();
  // Another dialog may have come while this one was on its way.
  if (!layer || typed === null || document.querySelector("dialog[open]")) return;
  useLayer.setState({ shown: createElement(layer, { typed }) });
}

export function closeLayer(): void {
  useLayer.setState({ shown: null });
}

/** The dialog that is shown, if there is one. */
export function LayerHost() {
  return useLayer((state) => state.shown);
}
