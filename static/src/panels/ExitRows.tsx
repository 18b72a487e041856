import { edgeTitle, titleOf } from "../canvas/derived";
import { removeEdge } from "../canvas/edits";
import { useUi } from "../canvas/ui";
import { showCard } from "../canvas/view";
import { t } from "../i18n";
import { combineOf, edgeFrom, exitsOf, kindOf, nodeById } from "../model/rule";
import type { Exit, FlowNode } from "../model/types";
import { mergeWords } from "../model/words";
import { BranchWord } from "../parts/BranchWord";
import { Button } from "../parts/Button";
import { Glyph } from "../parts/Glyph";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";

function Target({ node }: { node: FlowNode }) {
  const select = useEditor((state) => state.select);
  const title = useEditor(({ history }) => titleOf(history.present.document, node.id));
  const config = combineOf(node);
  const tells = config ? mergeWords(config, t).tells : [];
  return (
    <>
      <button
        type="button"
        className="to"
        onClick={() => {
          select({ nodes: [node.id] });
          useUi.setState({ current: node.id });
          showCard(node.id);
        }}
      >
        <Glyph kind={kindOf(node)} />
        {title}
      </button>
      <span className="grow" />
      <span className="small faint clip">{tells.join(t(", "))}</span>
    </>
  );
}

/** Takes the edge on an exit out: edges are no stops of the keyboard, their cards are. */
function CutButton({ id, exit }: { id: string; exit: Exit }) {
  const edge = useEditor(({ history }) => edgeFrom(history.present.document, id, exit)?.id);
  const title = useEditor(({ history }) => (edge === undefined ? "" : edgeTitle(history.present.document, edge)));
  if (edge === undefined) return null;
  return <Button label={t("Delete {edge}", { edge: title })} icon="x" iconOnly look="ghost sm" onPress={() => { removeEdge(edge); }} />;
}

function ExitRow({ id, exit }: { id: string; exit: Exit }) {
  const target = useEditor(({ history }) => {
    const { document } = history.present;
    const edge = edgeFrom(document, id, exit);
    return edge && nodeById(document, edge.target);
  });
  const editable = useEditor(({ can }) => can.edit);
  return (
    <div className="exit-row">
      {exit === "plain" ? <span className="w dim">{t("then")}</span> : <BranchWord exit={exit} className="w" />}
      <Icon name="to" className="faint" />
      {target ? <Target node={target} /> : <span className="grow faint">{t("nothing yet")}</span>}
      {editable && (
        <Button
          label={target ? t("Change") : t("Connect to…")}
          look="ghost sm"
          testId={`connect-${id}-${exit}`}
          onPress={(event) => {
            const anchor = event.currentTarget.getBoundingClientRect();
            useUi.setState({ addMenu: { from: { id, exit }, at: null, anchor } });
          }}
        />
      )}
      {editable && <CutButton id={id} exit={exit} />}
    </div>
  );
}

/** Where a card's exits lead, and the menus that change it. */
export function ExitRows({ node }: { node: FlowNode }) {
  const exits = exitsOf(kindOf(node));
  if (exits.length === 0) return null;
  return (
    <div className="sec exits">
      <h3>{t("Where alarms go")}</h3>
      {exits.map((exit) => (
        <ExitRow key={exit} id={node.id} exit={exit} />
      ))}
    </div>
  );
}
