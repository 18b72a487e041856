import { useCallback } from "react";

import { n, t } from "../i18n";
import { mayConnect } from "../model/connect";
import { combineOf, countConditions, edgeFrom, kindOf, nodeById, nodesOf, treeOf } from "../model/rule";
import type { ExitRef, FlowNode, RuleDocument } from "../model/types";
import { mergeWords } from "../model/words";
import { Glyph } from "../parts/Glyph";
import { Menu, type MenuGroup, type MenuItem } from "../parts/Menu";
import { useEditor } from "../store";
import { actionItem } from "./CardMenu";
import { exitTitle, orderOf, titleOf } from "./derived";
import { add, addReason, focusExit, lead, type NewKind } from "./edits";
import { useUi, type AddRequest } from "./ui";

const NEW_LABELS: Record<NewKind, () => string> = {
  condition: () => t("New condition"),
  combine: () => t("New merge"),
  end: () => t("New End"),
};

function newItem(kind: NewKind, { from, at }: AddRequest): MenuItem {
  return {
    id: `new-${kind}`,
    label: NEW_LABELS[kind](),
    icon: <Glyph kind={kind} />,
    reason: addReason(kind),
    run: () => { add(kind, from, at); },
  };
}

function asideOf(node: FlowNode): string {
  const tree = treeOf(node);
  if (tree) return n(countConditions(tree), "{count} condition", "{count} conditions");
  const config = combineOf(node);
  if (!config) return kindOf(node) === "end" ? t("tells nobody") : "";
  const { tells } = mergeWords(config, t);
  return tells.length === 0 ? t("tells nobody") : t("tells {names}", { names: tells.join(t(", ")) });
}

function targetItem(doc: RuleDocument, node: FlowNode, from: ExitRef): MenuItem {
  const verdict = mayConnect(doc, from, node.id);
  return {
    id: `to-${node.id}`,
    label: titleOf(doc, node.id),
    icon: <Glyph kind={kindOf(node)} />,
    aside: asideOf(node),
    reason: verdict.ok ? null : t(verdict.reason),
    run: () => {
      lead(from, node.id);
      // What opened the menu may be gone with the open branch.
      focusExit(from);
    },
  };
}

/** End, where the rule has none and the exit may lead to it. */
function endItems(doc: RuleDocument, request: AddRequest, source: FlowNode | undefined): MenuItem[] {
  const there = nodesOf(doc).some((node) => kindOf(node) === "end");
  return there || !source || kindOf(source) === "start" ? [] : [newItem("end", request)];
}

/** The cards an exit could lead to, those it may lead to first; Start and the card itself are no candidates. */
function targetItems(doc: RuleDocument, from: ExitRef): MenuItem[] {
  const others = orderOf(doc).flatMap((id) => {
    const node = nodeById(doc, id);
    return node && id !== from.id && kindOf(node) !== "start" ? [targetItem(doc, node, from)] : [];
  });
  return [...others.filter(({ reason }) => reason === null), ...others.filter(({ reason }) => reason !== null)];
}

function groupsFor(doc: RuleDocument, request: AddRequest): MenuGroup[] {
  const { from } = request;
  const fresh = [newItem("condition", request), newItem("combine", request)];
  if (!from) {
    const others = [actionItem("paste", "paste"), actionItem("select-all", "fit")];
    return [{ id: "new", title: t("Add a card"), items: fresh }, { id: "all", items: others }];
  }
  const source = nodeById(doc, from.id);
  const endsOnly = source !== undefined && kindOf(source) === "combine";
  const taken = edgeFrom(doc, from.id, from.exit);
  const title = taken
    ? t("Instead of {card}", { card: titleOf(doc, taken.target) })
    : t("What follows {exit}", { exit: exitTitle(doc, from.id, from.exit) });
  const existing: MenuGroup = { id: "there", title: t("Connect to a card that is there"), items: targetItems(doc, from) };
  const possible = [...(endsOnly ? [] : fresh), ...endItems(doc, request, source)];
  return possible.length > 0 ? [{ id: "new", title, items: possible }, existing] : [{ ...existing, title }];
}

/** What may follow an exit: new cards, and the cards that are there, refused ones with their reason. */
export function AddMenu() {
  const request = useUi((state) => state.addMenu);
  const document = useEditor(({ history }) => history.present.document);
  const close = useCallback(() => { useUi.setState({ addMenu: null }); }, []);
  if (!request) return null;
  const { from } = request;
  const label = from ? t("What follows {exit}", { exit: exitTitle(document, from.id, from.exit) }) : t("Add a card");
  return <Menu label={label} groups={groupsFor(document, request)} anchor={request.anchor} onClose={close} />;
}
