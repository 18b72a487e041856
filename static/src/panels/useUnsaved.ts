import { useUi } from "../canvas/ui";
import { useEditor } from "../store";

/** Whether something would be lost if the page were closed: of the rule, or of its text. */
export function useUnsaved(): boolean {
  const dirty = useEditor((state) => state.dirty());
  const typed = useUi((state) => state.typedJson !== null);
  return dirty || typed;
}
