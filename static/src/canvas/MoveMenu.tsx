import { useCallback } from "react";

import { t } from "../i18n";
import { mayMove } from "../model/branches";
import { edgeById, edgeFrom, exitOf, exitsOf, kindOf, nodeById } from "../model/rule";
import type { ExitRef, FlowEdge, NodeKind, RuleDocument } from "../model/types";
import { Glyph } from "../parts/Glyph";
import { Menu, type MenuItem } from "../parts/Menu";
import { useEditor } from "../store";
import { hangBranch } from "./branchEdits";
import { exitTitle, orderOf, titleOf } from "./derived";
import { useUi } from "./ui";

function exitItem(doc: RuleDocument, edge: FlowEdge, kind: NodeKind, to: ExitRef): MenuItem {
  const verdict = mayMove(doc, edge.id, to);
  const taken = edgeFrom(doc, to.id, to.exit);
  return {
    id: `move-${to.id}-${to.exit}`,
    label: exitTitle(doc, to.id, to.exit),
    icon: <Glyph kind={kind} />,
    aside: taken ? t("changes places with {card}", { card: titleOf(doc, taken.target) }) : t("leads nowhere yet"),
    reason: verdict.ok ? null : t(verdict.reason),
    run: () => { hangBranch(edge, to); },
  };
}

/** The exits a branch could hang at, open ones first, then those it would change places with, then the refused. */
function exitItems(doc: RuleDocument, edge: FlowEdge): MenuItem[] {
  const exits = orderOf(doc).flatMap((id) => {
    const kind = kindOf(nodeById(doc, id) ?? { id, type: "" });
    return exitsOf(kind).map((exit) => ({ kind, to: { id, exit } }));
  });
  const others = exits.filter(({ to }) => to.id !== edge.source || to.exit !== exitOf(edge));
  const isOpen = ({ to }: { to: ExitRef }): boolean => edgeFrom(doc, to.id, to.exit) === undefined;
  const ordered = [...others.filter(isOpen), ...others.filter((other) => !isOpen(other))];
  const items = ordered.map(({ kind, to }) => exitItem(doc, edge, kind, to));
  return [...items.filter(({ reason }) => reason === null), ...items.filter(({ reason }) => reason !== null)];
}

/** Where a branch could hang instead of where it does. */
export function MoveMenu() {
  const request = useUi((state) => state.moveMenu);
  const document = useEditor(({ history }) => history.present.document);
  const close = useCallback(() => { useUi.setState({ moveMenu: null }); }, []);
  const edge = request && edgeById(document, request.edge);
  if (!request || !edge) return null;
  const title = t("Move {card}, and what follows it, to", { card: titleOf(document, edge.target) });
  return <Menu label={title} groups={[{ id: "exits", title, items: exitItems(document, edge) }]} anchor={request.anchor} onClose={close} />;
}
