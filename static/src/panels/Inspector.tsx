import { useEffect, useRef, type KeyboardEvent } from "react";

import { titleOf, edgeTitle } from "../canvas/derived";
import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import { edgeById, nodeById } from "../model/rule";
import { editor, useEditor } from "../store";
import { SelectionForm } from "./late";
import { RuleForm } from "./RuleForm";
import type { Selected } from "./SelectionForm";

function useSelected(): Selected | null {
  const document = useEditor(({ history }) => history.present.document);
  const { nodes, edge: edgeId } = useEditor((state) => state.selection);
  if (nodes.length > 1) return { many: nodes };
  const node = nodes[0] === undefined ? undefined : nodeById(document, nodes[0]);
  if (node) return { node };
  const edge = edgeId === null ? undefined : edgeById(document, edgeId);
  return edge ? { edge } : null;
}

function useTitle(selected: Selected | null): string {
  const document = useEditor(({ history }) => history.present.document);
  if (!selected || "many" in selected) return t("Rule");
  return "node" in selected ? titleOf(document, selected.node.id) : edgeTitle(document, selected.edge.id);
}

const CONTROLS = "input, textarea, select, button";

/** The field whose place is the longest beginning of the wished one: the nearest thing that can be focused. */
function fieldFor(panel: HTMLElement, pointer: string): HTMLElement | null {
  const places = [...panel.querySelectorAll<HTMLElement>("[data-pointer]")].filter(({ dataset }) => {
    const place = dataset.pointer ?? "";
    return pointer === place || pointer.startsWith(`${place}/`);
  });
  const nearest = places.sort((a, b) => (b.dataset.pointer ?? "").length - (a.dataset.pointer ?? "").length)[0];
  return nearest?.matches(CONTROLS) ? nearest : (nearest?.querySelector<HTMLElement>(CONTROLS) ?? null);
}

/** Focuses the field of a place; the selected card where the place has none, such as an open branch. */
function focusField(panel: HTMLElement, pointer: string): void {
  const field = fieldFor(panel, pointer);
  const { nodes, edge } = editor.getState().selection;
  if (field) field.focus();
  else if (nodes.length > 0 || edge !== null) useUi.setState(({ current }) => ({ focusWish: current }));
}

/** Escape leads back to the card the fields are of, where no list of suggestions is open. */
function goBack(event: KeyboardEvent): void {
  const { nodes } = editor.getState().selection;
  if (event.key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing || nodes.length !== 1) return;
  event.preventDefault();
  useUi.setState({ focusWish: nodes[0] });
}

/** Focuses the wished field as soon as the form that may have it is there. */
function useFieldWish(formIsHere: boolean) {
  const ref = useRef<HTMLElement>(null);
  const wish = useUi((state) => state.fieldWish);
  useEffect(() => {
    if (wish === null || !ref.current || !formIsHere) return;
    focusField(ref.current, wish);
    useUi.setState({ fieldWish: null });
  }, [wish, formIsHere]);
  return ref;
}

/** The forms of whatever is selected: a card, an edge, several cards, or the rule itself. */
export function Inspector() {
  const selected = useSelected();
  const title = useTitle(selected);
  const seal = useEditor((state) => state.seal);
  const isHere = SelectionForm.useIsHere();
  const ref = useFieldWish(selected === null || isHere);
  return (
    <aside ref={ref} className="right" data-testid="inspector" aria-label={title}>
      {/* Leaving a field ends the run of edits that are undone together; heard here for all fields, as Escape is. */}
      <div className="right-inner" role="presentation" onBlur={seal} onKeyDown={goBack}>
        {selected ? <SelectionForm selected={selected} /> : <RuleForm />}
      </div>
    </aside>
  );
}
