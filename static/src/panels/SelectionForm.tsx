import { kindOf } from "../model/rule";
import type { FlowEdge, FlowNode } from "../model/types";
import { ConditionForm } from "./ConditionForm";
import { EdgeForm } from "./EdgeForm";
import { ManyForm } from "./ManyForm";
import { MergeForm } from "./MergeForm";
import { TerminalForm } from "./TerminalForm";
import { UnknownForm } from "./UnknownForm";

/** What is selected: one card, one edge, or several cards. */
export type Selected = { node: FlowNode } | { edge: FlowEdge } | { many: string[] };

function CardForm({ node }: { node: FlowNode }) {
  const kind = kindOf(node);
  if (kind === "condition") return <ConditionForm node={node} />;
  if (kind === "combine") return <MergeForm node={node} />;
  if (kind === "unknown") return <UnknownForm node={node} />;
  return <TerminalForm node={node} />;
}

/** The form of whatever is selected. */
export function SelectionForm({ selected }: { selected: Selected }) {
  if ("node" in selected) return <CardForm key={selected.node.id} node={selected.node} />;
  if ("edge" in selected) return <EdgeForm key={selected.edge.id} edge={selected.edge} />;
  return <ManyForm ids={selected.many} />;
}
