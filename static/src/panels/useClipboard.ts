import { useEffect } from "react";

import { copyChosen, copyReason, cutReason, removeCut } from "../canvas/carrying";
import { chosenCards } from "../canvas/edits";
import { takesText } from "../chords";
import { editor } from "../store";
import { takeText } from "./carryingActions";

/** Whether the clipboard belongs to something else: a field, chosen text, or a dialog. */
function isElsewhere(target: EventTarget | null): boolean {
  return takesText(target) || document.querySelector("dialog[open]") !== null;
}

function textIsChosen(): boolean {
  const chosen = document.getSelection();
  return chosen !== null && !chosen.isCollapsed && chosen.toString().trim() !== "";
}

function refuses(reason: string | null): boolean {
  if (reason !== null) editor.getState().setNotice({ kind: "info", text: reason });
  return reason !== null;
}

function carry(event: ClipboardEvent, reason: () => string | null, after: () => void): void {
  if (isElsewhere(event.target) || textIsChosen() || chosenCards().length === 0) return;
  if (refuses(reason())) return;
  const text = copyChosen();
  if (text === null) return;
  event.preventDefault();
  event.clipboardData?.setData("text/plain", text);
  after();
}

function onCopy(event: ClipboardEvent): void {
  carry(event, copyReason, () => undefined);
}

function onCut(event: ClipboardEvent): void {
  carry(event, cutReason, removeCut);
}

function onPaste(event: ClipboardEvent): void {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (isElsewhere(event.target) || text.trim() === "") return;
  event.preventDefault();
  takeText(text);
}

/** Copy, cut and paste of cards by the browser's own events: with every key it has for them, anywhere on the page. */
export function useClipboard(): void {
  useEffect(() => {
    document.addEventListener("copy", onCopy);
    document.addEventListener("cut", onCut);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", onCopy);
      document.removeEventListener("cut", onCut);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
}
