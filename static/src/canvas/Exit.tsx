import { Handle, Position } from "@xyflow/react";
import type { KeyboardEvent } from "react";

import { t } from "../i18n";
import { exitLeft } from "../model/boxes";
import { edgeFrom, nodeById } from "../model/rule";
import type { Exit as ExitName, FlowNode } from "../model/types";
import { useEditor } from "../store";
import { exitTitle, titleOf } from "./derived";
import { pressExit } from "./edits";
import { useUi } from "./ui";

/** An exit of a card: drag a wire from it, or press it and then a card. Enter twice lists where it may lead. */
export function Exit({ node, exit }: { node: FlowNode; exit: ExitName }) {
  const { id } = node;
  const label = useEditor(({ history }) => {
    const { document } = history.present;
    const edge = edgeFrom(document, id, exit);
    const name = exitTitle(document, id, exit);
    if (edge && nodeById(document, edge.target)) return t("Exit of {exit}, leads to {card}", { exit: name, card: titleOf(document, edge.target) });
    return t("Exit of {exit}, leads nowhere", { exit: name });
  });
  const editable = useEditor(({ can }) => can.edit);
  const reachable = useUi((state) => state.current === id) && editable;
  const active = useUi((state) => state.connecting?.from.id === id && state.connecting.from.exit === exit);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (active && event.key === "Enter") {
      const anchor = event.currentTarget.getBoundingClientRect();
      useUi.setState({ connecting: null, addMenu: { from: { id, exit }, at: null, anchor } });
    } else pressExit({ id, exit });
  };
  return (
    <Handle
      type="source"
      id={exit}
      position={Position.Bottom}
      isConnectableEnd={false}
      className={`exit ${exit} ${active ? "is-active" : ""}`}
      style={{ left: exitLeft(node, exit) }}
      data-testid={`handle-${id}-${exit}`}
      role="button"
      tabIndex={reachable ? 0 : -1}
      aria-label={label}
      aria-disabled={!editable || undefined}
      aria-pressed={active}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        event.stopPropagation();
        pressExit({ id, exit });
      }}
    />
  );
}
