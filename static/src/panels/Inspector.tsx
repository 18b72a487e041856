import { useEffect, useRef } from "react";

import { titleOf, edgeTitle } from "../canvas/derived";
import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import { edgeById, kindOf, nodeById } from "../model/rule";
import type { FlowNode } from "../model/types";
import { editor, useEditor } from "../store";
import { ConditionForm } from "./ConditionForm";
import { EdgeForm } from "./EdgeForm";
import { ManyForm } from "./ManyForm";
import { MergeForm } from "./MergeForm";
import { RuleForm } from "./RuleForm";
import { TerminalForm } from "./TerminalForm";
import { UnknownForm } from "./UnknownForm";

function CardForm({ node }: { node: FlowNode }) {
  const kind = kindOf(node);
  if (kind === "condition") return <ConditionForm node={node} />;
  if (kind === "combine") return <MergeForm node={node} />;
  if (kind === "unknown") return <UnknownForm node={node} />;
  return <TerminalForm node={node} />;
}

function useSelected() {
  const document = useEditor(({ history }) => history.present.document);
  const { nodes, edge } = useEditor((state) => state.selection);
  const only = nodes.length === 1 ? nodes[0] : undefined;
  return {
    node: only === undefined ? undefined : nodeById(document, only),
    edge: edge === null ? undefined : edgeById(document, edge),
    many: nodes.length > 1 ? nodes : null,
    title: only === undefined ? (edge === null ? t("Rule") : edgeTitle(document, edge)) : titleOf(document, only),
  };
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

function useFieldWish() {
  const ref = useRef<HTMLElement>(null);
  const wish = useUi((state) => state.fieldWish);
  useEffect(() => {
    if (wish === null || !ref.current) return;
    focusField(ref.current, wish);
    useUi.setState({ fieldWish: null });
  }, [wish]);
  return ref;
}

/** The forms of whatever is selected: a card, an edge, several cards, or the rule itself. */
export function Inspector() {
  const { node, edge, many, title } = useSelected();
  const seal = useEditor((state) => state.seal);
  const ref = useFieldWish();
  return (
    <aside ref={ref} className="right" data-testid="inspector" aria-label={title}>
      {/* Leaving a field ends the run of edits that are undone together; heard here for all fields. */}
      <div className="right-inner" role="presentation" onBlur={seal}>
        {node && <CardForm key={node.id} node={node} />}
        {edge && <EdgeForm key={edge.id} edge={edge} />}
        {many && <ManyForm ids={many} />}
        {!node && !edge && !many && <RuleForm />}
      </div>
    </aside>
  );
}
