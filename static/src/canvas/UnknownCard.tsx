import { t } from "../i18n";
import type { FlowNode } from "../model/types";
import { CardHead } from "./CardHead";

/** A card of a kind this editor has no form for. It is kept as it is. */
export function UnknownCard({ node }: { node: FlowNode }) {
  const { businessType } = node;
  return (
    <>
      <CardHead node={node} kind="unknown" />
      <ol className="lines">
        <li>
          <span className="k">{typeof businessType === "string" ? businessType : node.type}</span>
          <span className="chip">{t("kept, not editable here")}</span>
        </li>
      </ol>
    </>
  );
}
