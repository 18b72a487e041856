import { useCallback } from "react";

import { actionOf, keysOf, perform, type ActionId } from "../actions";
import { n, t } from "../i18n";
import { edgeFrom, edgesInto, exitOf, exitsOf, kindOf, nodeById } from "../model/rule";
import type { Exit, ExitRef, FlowEdge, FlowNode, RuleDocument } from "../model/types";
import { BranchWord } from "../parts/BranchWord";
import { Icon, type IconName } from "../parts/Icon";
import { Menu, type MenuGroup, type MenuItem } from "../parts/Menu";
import type { Anchor } from "../parts/useFloating";
import { readOnlyReason } from "../readOnly";
import { useEditor } from "../store";
import { exitTitle, titleOf } from "./derived";
import { addReason, insertOn, removeEdge } from "./edits";
import { useUi } from "./ui";

function connectItem(id: string, exit: Exit, anchor: Anchor): MenuItem {
  return {
    id: `connect-${exit}`,
    label: exit === "plain" ? t("Connect to…") : t("Connect {branch} to…", { branch: t(exit) }),
    icon: exit === "plain" ? <Icon name="to" /> : <span className="w" aria-hidden="true"><BranchWord exit={exit} /></span>,
    reason: readOnlyReason(),
    run: () => { useUi.setState({ addMenu: { from: { id, exit }, at: null, anchor } }); },
  };
}

/** An action of the registry as an item of a menu: its name, its key and why it cannot be done come from there. */
export function actionItem(id: ActionId, icon: IconName, words: Partial<Pick<MenuItem, "label" | "reason">> = {}): MenuItem {
  const action = actionOf(id);
  return {
    id,
    label: action.label(),
    icon: <Icon name={icon} />,
    keys: keysOf(id),
    reason: action.reason(),
    run: () => { perform(action); },
    ...words,
  };
}

function carryGroup(): MenuGroup {
  return { id: "carry", items: [actionItem("cut", "cut"), actionItem("copy", "copy"), actionItem("duplicate", "duplicate")] };
}

function linkGroup(): MenuGroup {
  return { id: "link", items: [actionItem("copy-link", "link")] };
}

/** The edge a card was come to by; without that, the only one that leads to it. */
function edgeTo(doc: RuleDocument, id: string, via: ExitRef | null): FlowEdge | null {
  if (via) return edgeFrom(doc, via.id, via.exit) ?? null;
  const [edge, ...others] = edgesInto(doc, id);
  return edge && others.length === 0 ? edge : null;
}

function beforeReason(doc: RuleDocument, edge: FlowEdge): string | null {
  const source = nodeById(doc, edge.source);
  const ends = source !== undefined && kindOf(source) === "combine";
  return addReason("condition") ?? (ends ? t("A merge card can only lead to End.") : null);
}

/** What can be done with the branch that leads to a card. */
function branchItems(doc: RuleDocument, edge: FlowEdge, anchor: Anchor): MenuItem[] {
  const exit = exitTitle(doc, edge.source, exitOf(edge));
  return [
    {
      id: "insert-before",
      label: t("Insert a condition before it"),
      icon: <Icon name="plus" />,
      reason: beforeReason(doc, edge),
      run: () => { insertOn(edge.id); },
    },
    {
      id: "move-branch",
      label: t("Move to another branch…"),
      icon: <Icon name="move" />,
      reason: readOnlyReason(),
      run: () => { useUi.setState({ moveMenu: { edge: edge.id, anchor } }); },
    },
    {
      id: "disconnect",
      label: t("Disconnect from {exit}", { exit }),
      icon: <Icon name="x" />,
      reason: readOnlyReason(),
      run: () => { removeEdge(edge.id); },
    },
  ];
}

function chainItems(kind: string): MenuItem[] {
  if (kind !== "condition") return [];
  return [actionItem("ask-earlier", "up"), actionItem("ask-later", "down"), actionItem("swap-branches", "swap")];
}

function groupsForOne(doc: RuleDocument, node: FlowNode, anchor: Anchor, via: ExitRef | null): MenuGroup[] {
  const edge = edgeTo(doc, node.id, via);
  const kind = kindOf(node);
  const stays = kind === "start" ? { reason: t("Every rule begins there.") } : {};
  const remove = actionItem("delete", "trash", { label: t("Delete"), ...stays });
  const removals = kind === "condition" || kind === "combine" ? [remove, actionItem("delete-reconnect", "trash")] : [remove];
  return [
    { id: "connect", items: exitsOf(kind).map((exit) => connectItem(node.id, exit, anchor)) },
    { id: "branch", items: edge ? branchItems(doc, edge, anchor) : [] },
    { id: "chain", items: chainItems(kind) },
    carryGroup(),
    linkGroup(),
    { id: "card", items: removals },
  ];
}

const LINES = ["align-left", "align-centre", "align-right", "align-top", "align-middle", "align-bottom"] as const;
const SPREADS = ["distribute-across", "distribute-down"] as const;

function groupsForMany(): MenuGroup[] {
  return [
    { id: "align", items: LINES.map((id) => actionItem(id, id)) },
    { id: "distribute", items: SPREADS.map((id) => actionItem(id, id)) },
    carryGroup(),
    { id: "card", items: [actionItem("delete", "trash", { label: t("Delete") })] },
  ];
}

/** What can be done with a card, or with all that are selected. Opened by the context menu key or button. */
export function CardMenu() {
  const request = useUi((state) => state.cardMenu);
  const document = useEditor(({ history }) => history.present.document);
  const selected = useEditor(({ selection }) => selection.nodes.length);
  const close = useCallback(() => { useUi.setState({ cardMenu: null }); }, []);
  const node = request && nodeById(document, request.id);
  if (!request || !node) return null;
  const many = selected > 1;
  const groups = many ? groupsForMany() : groupsForOne(document, node, request.anchor, request.via ?? null).filter(({ items }) => items.length > 0);
  const label = many ? n(selected, "{count} card selected", "{count} cards selected") : titleOf(document, node.id);
  return <Menu label={label} groups={groups} anchor={request.anchor} onClose={close} />;
}
