import { actionOf, type ActionId } from "../actions";
import { useNow } from "./useNow";

/** Why an action cannot be done now, or null, kept current while a component is shown. */
export function useReason(id: ActionId): string | null {
  return useNow(actionOf(id).reason);
}
