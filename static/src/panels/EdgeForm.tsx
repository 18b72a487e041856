import { edgeTitle, exitTitle, titleOf } from "../canvas/derived";
import { insertOn, removeEdge } from "../canvas/edits";
import { pointerTo } from "../canvas/pointers";
import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import { exitOf, kindOf, nodeById } from "../model/rule";
import type { FlowEdge } from "../model/types";
import { Button } from "../parts/Button";
import { FieldFinding } from "../parts/FieldFinding";
import { Icon } from "../parts/Icon";
import { Rich } from "../parts/Rich";
import { useEditor } from "../store";
import { KeptLine } from "./KeptLine";
import { PanelHead } from "./PanelHead";

const SHOWN = ["id", "source", "target", "value"];

function EdgeTools({ edge }: { edge: FlowEdge }) {
  const document = useEditor(({ history }) => history.present.document);
  const source = nodeById(document, edge.source);
  const ends = source !== undefined && kindOf(source) === "combine";
  return (
    <div className="sec row wrap">
      <Button
        label={t("Insert a condition")}
        icon="plus"
        reason={ends ? t("A merge card can only lead to End.") : null}
        onPress={() => { insertOn(edge.id); }}
      />
      <Button
        label={t("Lead elsewhere…")}
        icon="to"
        onPress={(event) => {
          const anchor = event.currentTarget.getBoundingClientRect();
          useUi.setState({ addMenu: { from: { id: edge.source, exit: exitOf(edge) }, at: null, anchor } });
        }}
      />
      <Button label={t("Delete")} icon="trash" look="danger" onPress={() => { removeEdge(edge.id); }} />
    </div>
  );
}

/** The form of an edge: from where to where, and what can be put on it or in its place. */
export function EdgeForm({ edge }: { edge: FlowEdge }) {
  const document = useEditor(({ history }) => history.present.document);
  const editable = useEditor(({ can }) => can.edit);
  const kept = Object.keys(edge).filter((name) => !SHOWN.includes(name));
  const parts = { from: <b>{exitTitle(document, edge.source, exitOf(edge))}</b>, to: <b>{titleOf(document, edge.target)}</b> };
  const pointer = pointerTo(document, "edges", edge.id);
  return (
    <>
      <PanelHead glyph={<Icon name="to" />} title={t("Edge")} id={edge.id} back={edge.source} />
      <div className="sec" data-pointer={pointer} title={edgeTitle(document, edge.id)}>
        <p className="dim">
          <Rich message="Leads from {from} to {to}." parts={parts} />
        </p>
        <FieldFinding pointer={pointer} />
        <KeptLine names={kept} />
      </div>
      {editable && <EdgeTools edge={edge} />}
    </>
  );
}
