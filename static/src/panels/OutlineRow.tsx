import type { CSSProperties } from "react";

import { countsAt, titleOf } from "../canvas/derived";
import { cardLabel } from "../canvas/spoken";
import { useUi } from "../canvas/ui";
import { showCard } from "../canvas/view";
import { t } from "../i18n";
import { countConditions, kindOf, nodeById, treeOf } from "../model/rule";
import type { Row } from "../model/outline";
import { Badges } from "../parts/Badges";
import { BranchWord } from "../parts/BranchWord";
import { Glyph } from "../parts/Glyph";
import { useEditor } from "../store";
import { openDetails } from "./views";

/** How far a row of the outline is indented. */
export function indent(depth: number): CSSProperties {
  return { "--d": depth } as CSSProperties;
}

/** One card in the outline; pressing it selects the card on the canvas too. */
export function OutlineRow({ row }: { row: Row }) {
  const { id, depth, branch, again } = row;
  const document = useEditor(({ history }) => history.present.document);
  const findings = useEditor((state) => state.findings);
  const selected = useEditor(({ selection }) => selection.nodes.includes(id));
  const select = useEditor((state) => state.select);
  const node = nodeById(document, id);
  if (!node) return null;
  const tree = treeOf(node);
  const counts = countsAt(findings, id);
  const spoken = cardLabel(document, id, findings);
  const quiet = counts.errors + counts.warnings === 0;
  return (
    <button
      type="button"
      style={indent(depth)}
      data-row={again ? undefined : id}
      aria-current={selected || undefined}
      onClick={() => {
        select({ nodes: [id] });
        useUi.setState({ current: id });
        showCard(id);
        openDetails();
      }}
    >
      <span className="hide">{branch === null || branch === "plain" ? spoken : `${t(branch)}: ${spoken}`}</span>
      <span className="face" aria-hidden="true">
        <BranchWord exit={branch} className="w" />
        <Glyph kind={kindOf(node)} />
        <span className="clip">{titleOf(document, id)}</span>
        {again && <span className="c">{t("see above")}</span>}
        {!again && quiet && tree && <span className="c num">{countConditions(tree)}</span>}
        {!again && (
          <span className="badges">
            <Badges {...counts} />
          </span>
        )}
      </span>
    </button>
  );
}
