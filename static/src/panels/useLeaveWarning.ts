import { useEffect } from "react";

import { useUi } from "../canvas/ui";
import type { EditorStore } from "../store";

/** Asks before the page is left while the draft is not saved. */
export function useLeaveWarning(store: EditorStore): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      const { can, dirty, history } = store.getState();
      // A new rule nobody touched is nothing to lose.
      const drawn = dirty() && history.past.length > 0;
      const { typedJson, switching } = useUi.getState();
      if (can.edit && ((drawn && !switching) || typedJson !== null)) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => { window.removeEventListener("beforeunload", warn); };
  }, [store]);
}
