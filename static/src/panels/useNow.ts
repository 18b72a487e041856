import { useUi } from "../canvas/ui";
import { useEditor } from "../store";

/** What `ask` reads from the stores of the rule and of the page, kept current while a component is shown. */
export function useNow<T>(ask: () => T): T {
  // A new function each time: a store does not ask a known one again until it has itself changed.
  useEditor(() => ask());
  return useUi(() => ask());
}
