import type { ReactNode } from "react";

import type { FlowNode, NodeKind } from "../model/types";
import { Badges } from "../parts/Badges";
import { Glyph } from "../parts/Glyph";
import { useEditor } from "../store";
import { countsAt, titleOf } from "./derived";
import { StepNumber, StepResult } from "./StepMarks";

/** The head of a card: what it is, what it is called, and what the check found. */
export function CardHead({ node, kind, children }: { node: FlowNode; kind: NodeKind; children?: ReactNode }) {
  const title = useEditor(({ history }) => titleOf(history.present.document, node.id));
  const counts = useEditor(({ findings }) => countsAt(findings, node.id));
  return (
    <header>
      <StepNumber id={node.id} />
      <Glyph kind={kind} />
      <h3>{title}</h3>
      <span className="aside">
        {children}
        <StepResult id={node.id} />
        <Badges {...counts} />
      </span>
    </header>
  );
}
