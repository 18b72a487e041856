import { useEditor } from "../../store";
import { useNarrow } from "../views";
import { useTest } from "./testing";

/** Whether the drawer stands beside the canvas, in the inspector's place: for a test, unless it was put below or room is short. */
export function useDocked(): boolean {
  const open = useEditor((state) => state.drawer === "test");
  const narrow = useNarrow();
  return useTest((state) => state.dock === "right") && open && !narrow;
}
