import type { FlowNode } from "../model/types";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { titleOf } from "./derived";

/** The inside of Start or End. */
export function Terminal({ node, icon }: { node: FlowNode; icon: "start" | "end" }) {
  const title = useEditor(({ history }) => titleOf(history.present.document, node.id));
  return (
    <>
      <Icon name={icon} />
      {title}
    </>
  );
}
