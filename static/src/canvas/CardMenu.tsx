import { useCallback } from "react";

import { actionOf, chordWords, perform, type ActionId } from "../actions";
import { n, t } from "../i18n";
import { exitsOf, kindOf, nodeById } from "../model/rule";
import type { Exit, FlowNode } from "../model/types";
import { BranchWord } from "../parts/BranchWord";
import { Icon, type IconName } from "../parts/Icon";
import { Menu, type MenuGroup, type MenuItem } from "../parts/Menu";
import type { Anchor } from "../parts/useFloating";
import { useEditor } from "../store";
import { titleOf } from "./derived";
import { useUi } from "./ui";

function connectItem(id: string, exit: Exit, anchor: Anchor): MenuItem {
  return {
    id: `connect-${exit}`,
    label: exit === "plain" ? t("Connect to…") : t("Connect {branch} to…", { branch: t(exit) }),
    icon: exit === "plain" ? <Icon name="to" /> : <span className="w" aria-hidden="true"><BranchWord exit={exit} /></span>,
    run: () => { useUi.setState({ addMenu: { from: { id, exit }, at: null, anchor } }); },
  };
}

/** An action of the registry as an item of a menu: its name, its key and why it cannot be done come from there. */
export function actionItem(id: ActionId, icon: IconName, words: Partial<Pick<MenuItem, "label" | "reason">> = {}): MenuItem {
  const action = actionOf(id);
  const chord = action.chords[0];
  return {
    id,
    label: action.label(),
    icon: <Icon name={icon} />,
    keys: chord && chordWords(chord),
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

function groupsForReaders(many: boolean): MenuGroup[] {
  const copy: MenuGroup = { id: "carry", items: [actionItem("copy", "copy")] };
  return many ? [copy] : [copy, linkGroup()];
}

function groupsForOne(node: FlowNode, anchor: Anchor): MenuGroup[] {
  const kind = kindOf(node);
  const stays = kind === "start" ? { reason: t("Every rule begins there.") } : {};
  const remove = actionItem("delete", "trash", { label: t("Delete"), ...stays });
  const removals = kind === "condition" || kind === "combine" ? [remove, actionItem("delete-reconnect", "trash")] : [remove];
  return [
    { id: "connect", items: exitsOf(kind).map((exit) => connectItem(node.id, exit, anchor)) },
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
  const editable = useEditor(({ can }) => can.edit);
  const close = useCallback(() => { useUi.setState({ cardMenu: null }); }, []);
  const node = request && nodeById(document, request.id);
  if (!request || !node) return null;
  const many = selected > 1;
  const own = many ? groupsForMany() : groupsForOne(node, request.anchor).filter(({ items }) => items.length > 0);
  const groups = editable ? own : groupsForReaders(many);
  const label = many ? n(selected, "{count} card selected", "{count} cards selected") : titleOf(document, node.id);
  return <Menu label={label} groups={groups} anchor={request.anchor} onClose={close} />;
}
