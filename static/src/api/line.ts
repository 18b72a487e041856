import { createStore } from "zustand/vanilla";

/** What the last requests told: whether the server answers, and whether it still knows who is asking. */
export type Line = { reachable: boolean; signedIn: boolean };

export const line = createStore<Line>()(() => ({ reachable: true, signedIn: true }));

/** An answer came. Whatever the server says of the request, it knew who asked, unless it asks for a login. */
export function heard(status: number): void {
  const signedIn = status === 401 ? false : status >= 500 ? line.getState().signedIn : true;
  line.setState({ reachable: true, signedIn });
}

/** No answer came. */
export function unheard(): void {
  line.setState({ reachable: false });
}
