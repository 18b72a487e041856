import { titleOf } from "../canvas/derived";
import { t } from "../i18n";
import type { FlowNode } from "../model/types";
import { Glyph } from "../parts/Glyph";
import { useEditor } from "../store";
import { KeptLine } from "./KeptLine";
import { PanelHead } from "./PanelHead";

/** A card of a kind this editor has no form for. */
export function UnknownForm({ node }: { node: FlowNode }) {
  const title = useEditor(({ history }) => titleOf(history.present.document, node.id));
  return (
    <>
      <PanelHead glyph={<Glyph kind="unknown" />} title={title} id={node.id} back={node.id} />
      <div className="sec">
        <p className="dim">{t("This editor has no form for this kind of card. It stays exactly as it is; the JSON panel shows it.")}</p>
        <KeptLine names={Object.keys(node).filter((name) => name !== "id")} />
      </div>
    </>
  );
}
