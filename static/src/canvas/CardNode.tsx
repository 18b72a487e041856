import { useStore, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";

import { mayConnect } from "../model/connect";
import { exitsOf, kindOf, nodeById, openExits } from "../model/rule";
import type { Exit as ExitName, FlowNode, NodeKind } from "../model/types";
import { useEditor } from "../store";
import { ConditionCard } from "./ConditionCard";
import { countsAt } from "./derived";
import { deskNow } from "./desk";
import { Entry } from "./Entry";
import { Exit } from "./Exit";
import type { RuleFlowNode } from "./flow";
import { MergeCard } from "./MergeCard";
import { OpenBranch } from "./OpenBranch";
import { Terminal } from "./Terminal";
import { useUi } from "./ui";
import { UnknownCard } from "./UnknownCard";
import { FAR } from "./view";
import { useCardOnWay, useWay, wayLook } from "./way";

const LOOKS: Record<NodeKind, string> = {
  start: "terminal",
  end: "terminal",
  condition: "condition",
  combine: "merge",
  unknown: "unknown",
};

/** What a card holds; a card that is dragged or selected holds what it did. */
const Inside = memo(function Inside({ node, kind, far }: { node: FlowNode; kind: NodeKind; far: boolean }) {
  if (kind === "condition") return <ConditionCard node={node} far={far} />;
  if (kind === "combine") return <MergeCard node={node} far={far} />;
  if (kind === "unknown") return <UnknownCard node={node} />;
  return <Terminal node={node} icon={kind} />;
});

/** How the connection under way sees this card: "is-target" it may end here, "is-refused" it may not. */
function useVerdict(id: string): string {
  const from = useUi((state) => state.connecting?.from ?? null);
  return useEditor(({ history }) => {
    if (!from || from.id === id) return "";
    return mayConnect(history.present.document, from, id).ok ? "is-target" : "is-refused";
  });
}

/** How this card looks while an alarm's way is lit: on it, the place where the alarm is grouped, or not taken. */
function useWayLook(id: string): string {
  const onWay = useCardOnWay(id);
  const isLeaf = useWay(({ way }) => way?.leaf === id);
  return isLeaf ? "is-lit is-leaf" : wayLook(onWay);
}

/** The way on from an exit nothing is connected to yet. */
function Continuation({ node, exit }: { node: FlowNode; exit: ExitName }) {
  const open = useEditor(({ history, can }) => can.edit && openExits(history.present.document, node).includes(exit));
  return open ? <OpenBranch node={node} exit={exit} /> : null;
}

const Exits = memo(function Exits({ node, kind }: { node: FlowNode; kind: NodeKind }) {
  return exitsOf(kind).map((exit) => (
    <span key={exit} className="exit-slot">
      <Continuation node={node} exit={exit} />
      <Exit node={node} exit={exit} />
    </span>
  ));
});

/** One card on the canvas, whatever its kind. React Flow draws all around it anew whenever it has measured a card. */
export const CardNode = memo(function CardNode({ id, selected }: NodeProps<RuleFlowNode>) {
  const node = useEditor(({ history }) => nodeById(history.present.document, id));
  const wrong = useEditor(({ findings }) => countsAt(findings, id).errors > 0);
  const verdict = useVerdict(id);
  const onWay = useWayLook(id);
  const far = useStore(({ transform }) => transform[2] < FAR);
  const ref = useRef<HTMLElement>(null);
  const found = useUi((state) => state.found.includes(id));
  const wanted = useUi((state) => state.focusWish === id);
  useEffect(() => {
    if (!wanted || deskNow() !== "canvas") return;
    ref.current?.closest<HTMLElement>(".react-flow__node")?.focus({ preventScroll: true });
    useUi.setState({ focusWish: null, exitWish: null });
  }, [wanted]);
  if (!node) return null;
  const kind = kindOf(node);
  const states = [LOOKS[kind], selected ? "is-selected" : "", wrong ? "is-error" : "", verdict, onWay, found ? "is-found" : ""];
  return (
    <article ref={ref} className={`node ${states.filter((state) => state !== "").join(" ")}`}>
      <Inside node={node} kind={kind} far={far} />
      {kind !== "start" && <Entry id={id} />}
      <Exits node={node} kind={kind} />
    </article>
  );
});
