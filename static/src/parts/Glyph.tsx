import type { NodeKind } from "../model/types";
import { Icon, type IconName } from "./Icon";

const LOOKS: Record<NodeKind, { look: string; icon: IconName }> = {
  start: { look: "terminal", icon: "start" },
  end: { look: "terminal", icon: "end" },
  condition: { look: "condition", icon: "condition" },
  combine: { look: "merge", icon: "merge" },
  unknown: { look: "condition", icon: "lock" },
};

/** The small picture of a kind of card. */
export function Glyph({ kind }: { kind: NodeKind }) {
  const { look, icon } = LOOKS[kind];
  return (
    <span className={`glyph ${look}`}>
      <Icon name={icon} />
    </span>
  );
}
