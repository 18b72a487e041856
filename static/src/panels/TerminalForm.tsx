import { titleOf } from "../canvas/derived";
import { t } from "../i18n";
import { kindOf } from "../model/rule";
import type { FlowNode } from "../model/types";
import { Glyph } from "../parts/Glyph";
import { useEditor } from "../store";
import { ExitRows } from "./ExitRows";
import { KeptLine } from "./KeptLine";
import { PanelHead } from "./PanelHead";

/** What Start and End mean; they have nothing to fill in. */
export function TerminalForm({ node }: { node: FlowNode }) {
  const kind = kindOf(node);
  const title = useEditor(({ history }) => titleOf(history.present.document, node.id));
  const kept = Object.keys(node).filter((name) => !["id", "type"].includes(name));
  return (
    <>
      <PanelHead glyph={<Glyph kind={kind} />} title={title} id={node.id} back={node.id} />
      <div className="sec grow">
        <p className="dim">
          {kind === "start"
            ? t("Every alarm begins here.")
            : t("The way of an alarm ends here. One that comes here without a merge card is told to nobody.")}
        </p>
        <KeptLine names={kept} />
      </div>
      <ExitRows node={node} />
    </>
  );
}
