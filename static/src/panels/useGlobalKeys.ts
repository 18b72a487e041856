import { useEffect } from "react";

import { ACTIONS, perform } from "../actions";
import { endConnecting } from "../canvas/edits";
import { giveUpDrag } from "../canvas/moving";
import { speak, useUi } from "../canvas/ui";
import { actionFor, takesText } from "../chords";
import { t } from "../i18n";

/** Whether a key belongs to the field it is pressed in; a list of choices takes letters, and nothing else. */
function isTyped({ target, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return takesText(target) || (target instanceof HTMLSelectElement && !ctrlKey && !metaKey);
}

/** Fields that take their text over when they are left do so now: what was typed belongs to what is saved. */
function settle(field: EventTarget | null): void {
  if (!(field instanceof HTMLInputElement)) return;
  field.blur();
  field.focus();
}

function giveUp(): boolean {
  if (giveUpDrag()) return true;
  if (!useUi.getState().connecting) return false;
  endConnecting(null);
  speak(t("Given up"));
  return true;
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (giveUp()) event.preventDefault();
    return;
  }
  const action = actionFor(event, isTyped(event), ACTIONS);
  if (!action) return;
  event.preventDefault();
  if (action.inText) settle(event.target);
  perform(action);
}

/** The keys of the page: every action of the registry, and Escape. */
export function useGlobalKeys(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
    };
  }, []);
}
