import { createElement, type ComponentType, type ReactElement } from "react";
import { create } from "zustand";

import { missingWords, type Preloadable } from "../parts/later";
import { editor } from "../store";

/** A dialog whose code is loaded when it is first asked for. `typed`: what was typed while it was on its way. */
export type Layer = ComponentType<{ typed: string }>;

const useLayer = create<{ shown: ReactElement | null }>()(() => ({ shown: null }));

/** How the code of a dialog is loaded: when it is asked for, or before by `preload`. */
export type LateLayer = { load: () => Promise<Layer> } & Preloadable;

export function lateLayer(load: () => Promise<Layer>): LateLayer {
  return { load, preload: () => load().then(() => undefined, () => undefined) };
}

/** What `load` loads; null where it cannot be loaded, which a notice then says. */
export async function loadOrTell<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch {
    editor.getState().setNotice({ kind: "error", text: missingWords() });
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
export async function openLayer({ load }: Pick<LateLayer, "load">): Promise<void> {
  const keys = keepKeys();
  const layer = await loadOrTell(load);
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
