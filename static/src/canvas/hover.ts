import { useUi } from "./ui";

/** Long enough to move from the line to its buttons. */
const LINGER = 250;
let leaving: ReturnType<typeof setTimeout> | undefined;

/** The pointer is on an edge or on its buttons. */
export function keepHover(edgeId: string): void {
  clearTimeout(leaving);
  useUi.setState({ hoverEdge: edgeId });
}

/** The pointer left; the buttons stay for a moment so that they can be reached. */
export function leaveEdge(): void {
  clearTimeout(leaving);
  leaving = setTimeout(() => { useUi.setState({ hoverEdge: null }); }, LINGER);
}
