import { t } from "../i18n";
import { exitLeft } from "../model/boxes";
import type { Exit, FlowNode } from "../model/types";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { exitTitle } from "./derived";
import { useUi } from "./ui";

/** An exit that leads nowhere yet: a short line and a plus that offers what may follow. */
export function OpenBranch({ node, exit }: { node: FlowNode; exit: Exit }) {
  const { id } = node;
  const title = useEditor(({ history }) => exitTitle(history.present.document, id, exit));
  const reachable = useUi((state) => state.current === id);
  return (
    <div className={`stub ${exit}`} style={{ left: exitLeft(node, exit) }}>
      <svg width="2" height="40" aria-hidden="true">
        <path className={`edge ${exit}`} d="M1 0V40" />
      </svg>
      {exit !== "plain" && <span className={`elabel ${exit}`}>{t(exit)}</span>}
      <button
        type="button"
        className="plus nodrag nopan"
        data-testid={`open-${id}-${exit}`}
        data-open={exit}
        tabIndex={reachable ? 0 : -1}
        aria-haspopup="menu"
        aria-label={t("{exit} leads nowhere yet: add a card", { exit: title })}
        onClick={(event) => {
          event.stopPropagation();
          const anchor = event.currentTarget.getBoundingClientRect();
          useUi.setState({ connecting: null, addMenu: { from: { id, exit }, at: null, anchor } });
        }}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}
