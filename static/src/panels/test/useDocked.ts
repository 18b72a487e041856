import { useEditor } from "../../store";
import { useTest } from "./testing";

/** Whether the drawer stands beside the canvas, in the inspector's place: for a test, unless it was put below. */
export function useDocked(): boolean {
  const open = useEditor((state) => state.drawer === "test");
  return useTest((state) => state.dock === "right") && open;
}
