import { create } from "zustand";

import { closeLayer } from "./layers";

/** The message of the next version while it is being written: it outlives a refusal, a conflict and a closed dialog. */
export const useSaving = create<{ open: boolean; message: string }>()(() => ({ open: false, message: "" }));

/** What the next version is saved with: nothing, unless its message is being written. */
export function messageToSave(): string {
  const { open, message } = useSaving.getState();
  return open ? message.trim() : "";
}

/** The version is stored and its message with it. */
export function messageSaved(): void {
  if (!useSaving.getState().open) return;
  useSaving.setState({ message: "" });
  closeLayer();
}
