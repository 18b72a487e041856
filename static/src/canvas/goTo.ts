import { edgeById, nodeById } from "../model/rule";
import type { Finding } from "../model/types";
import { editor } from "../store";
import { useUi } from "./ui";
import { centreOn } from "./view";

/** Selects a card, which opens its form, and gives it the focus as soon as it is drawn. */
export function chooseCard(id: string): void {
  editor.getState().select({ nodes: [id] });
  useUi.setState({ current: id, focusWish: id });
}

/** Selects a card, brings it to the middle and gives it the focus. */
export function goToCard(id: string): void {
  chooseCard(id);
  centreOn(id);
}

/** Selects and centres what a finding is about, and asks the inspector for its field and the JSON panel for its line. */
export function goToFinding(finding: Finding): void {
  const { select, history } = editor.getState();
  const { document } = history.present;
  const node = finding.nodes.find((id) => nodeById(document, id));
  const edge = edgeById(document, finding.edges.find((id) => edgeById(document, id)) ?? "");
  if (node !== undefined) select({ nodes: [node] });
  else select({ edge: edge?.id ?? null });
  const centre = node ?? edge?.source;
  if (centre !== undefined) {
    useUi.setState({ current: centre });
    centreOn(centre);
  }
  useUi.setState({ fieldWish: finding.pointer, placeWish: { pointer: finding.pointer, selection: editor.getState().selection } });
}
