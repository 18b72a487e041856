import { useCallback } from "react";

import { t } from "../i18n";
import { exitsOf, kindOf, nodeById } from "../model/rule";
import type { Exit } from "../model/types";
import { BranchWord } from "../parts/BranchWord";
import { Icon } from "../parts/Icon";
import { Menu, type MenuItem } from "../parts/Menu";
import type { Anchor } from "../parts/useFloating";
import { useEditor } from "../store";
import { titleOf } from "./derived";
import { removeSelected } from "./edits";
import { useUi } from "./ui";

function connectItem(id: string, exit: Exit, anchor: Anchor): MenuItem {
  return {
    id: `connect-${exit}`,
    label: exit === "plain" ? t("Connect to…") : t("Connect {branch} to…", { branch: t(exit) }),
    icon: exit === "plain" ? <Icon name="to" /> : <BranchWord exit={exit} className="w" />,
    run: () => { useUi.setState({ addMenu: { from: { id, exit }, at: null, anchor } }); },
  };
}

/** What can be done with a card: continue its exits, or delete it. Opened by the context menu key or button. */
export function CardMenu() {
  const request = useUi((state) => state.cardMenu);
  const document = useEditor(({ history }) => history.present.document);
  const close = useCallback(() => { useUi.setState({ cardMenu: null }); }, []);
  const node = request && nodeById(document, request.id);
  if (!request || !node) return null;
  const kind = kindOf(node);
  const connects = exitsOf(kind).map((exit) => connectItem(node.id, exit, request.anchor));
  const remove: MenuItem = {
    id: "delete",
    label: t("Delete"),
    icon: <Icon name="trash" />,
    keys: "Del",
    reason: kind === "start" ? t("Every rule begins there.") : null,
    run: removeSelected,
  };
  const groups = [
    { id: "connect", items: connects },
    { id: "card", items: [remove] },
  ].filter(({ items }) => items.length > 0);
  return <Menu label={titleOf(document, node.id)} groups={groups} anchor={request.anchor} onClose={close} />;
}
