import { t } from "../i18n";
import { edgeById, kindOf, nodeById } from "../model/rule";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { edgeTitle } from "./derived";
import { insertOn, removeEdge } from "./edits";

/**
 * What can be done with an edge under the pointer: put a condition on it, or take it out.
 * Presses stop here: React hands them on to the edge, which would then be selected.
 */
export function EdgeTools({ id, beside }: { id: string; beside: boolean }) {
  const title = useEditor(({ history }) => edgeTitle(history.present.document, id));
  const splits = useEditor(({ history }) => {
    const { document } = history.present;
    const source = nodeById(document, edgeById(document, id)?.source ?? "");
    return source !== undefined && kindOf(source) !== "combine";
  });
  return (
    <span className={`edge-tools nodrag nopan ${beside ? "beside" : ""}`}>
      {splits && (
        <button
          type="button"
          className="insert"
          data-testid={`insert-${id}`}
          aria-label={t("Insert a condition on {edge}", { edge: title })}
          title={t("Insert a condition")}
          onClick={(event) => {
            event.stopPropagation();
            insertOn(id);
          }}
        >
          <Icon name="plus" />
        </button>
      )}
      <button
        type="button"
        className="insert cut"
        data-testid={`cut-${id}`}
        aria-label={t("Delete {edge}", { edge: title })}
        title={t("Delete this edge")}
        onClick={(event) => {
          event.stopPropagation();
          removeEdge(id);
        }}
      >
        <Icon name="x" />
      </button>
    </span>
  );
}
