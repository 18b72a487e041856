import { actionOf, type ActionId } from "../actions";
import { useUi } from "../canvas/ui";
import { useEditor } from "../store";

/** Why an action cannot be done now, or null, kept current while a component is shown. */
export function useReason(id: ActionId): string | null {
  const { reason } = actionOf(id);
  // The reason reads the stores itself; asking through them draws anew when the answer changes.
  useEditor(reason);
  return useUi(reason);
}
