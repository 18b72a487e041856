import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

const TYPED = new Set(["insertText", "deleteContentBackward", "deleteContentForward"]);

/**
 * Left to itself a browser that takes chosen lines out of the page joins what remains by style attributes, which the
 * policy of the page forbids. So what is typed over a choice changes the text first, and the page by it.
 */
function overwrite(event: InputEvent, view: EditorView): boolean {
  const { state } = view;
  if (!event.cancelable || event.isComposing) return false;
  const isOver = TYPED.has(event.inputType) && state.selection.ranges.some(({ empty }) => !empty);
  if (!state.readOnly && !isOver) return false;
  event.preventDefault();
  if (state.readOnly) return true;
  const isTyped = event.inputType === "insertText";
  view.dispatch(state.replaceSelection(isTyped ? (event.data ?? "") : ""), {
    userEvent: isTyped ? "input.type" : "delete.selection",
    scrollIntoView: true,
  });
  return true;
}

export const overwriting: Extension = EditorView.domEventHandlers({ beforeinput: overwrite });
