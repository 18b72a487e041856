import { titleOf } from "../canvas/derived";
import { pointerTo } from "../canvas/pointers";
import { t } from "../i18n";
import { combineOf, isObject } from "../model/rule";
import type { FlowNode, JsonObject } from "../model/types";
import { mergeWords } from "../model/words";
import { Glyph } from "../parts/Glyph";
import { Rich } from "../parts/Rich";
import { useEditor } from "../store";
import { ExitRows } from "./ExitRows";
import { KeptLine } from "./KeptLine";
import { MergeBy } from "./MergeBy";
import { PanelHead } from "./PanelHead";
import { Prepared } from "./responses/Prepared";
import { TellsField } from "./TellsField";
import { WaitField } from "./WaitField";

const SHOWN = ["group_by", "ai_group_by", "group_wait", "group_interval", "group_repeat_waiting", "bind_notification_rule_ids"];
const SHOWN_OUTSIDE = ["id", "type", "businessType", "value"];

function keptOf(node: FlowNode, config: JsonObject | null): string[] {
  const outside = Object.keys(node).filter((name) => !SHOWN_OUTSIDE.includes(name));
  const value = isObject(node.value) ? Object.keys(node.value).filter((name) => !["id", "combineConfig"].includes(name)) : [];
  const inside = Object.keys(config ?? {}).filter((name) => !SHOWN.includes(name));
  return [...outside, ...value, ...inside];
}

function Sentence({ config }: { config: JsonObject }) {
  const { by, waits, tells } = mergeWords(config, t);
  const parts = { by: <b>{by}</b>, waits, who: <b>{tells.join(t(", "))}</b> };
  return (
    <p className="dim">
      {tells.length === 0 ? (
        <Rich message="Alarms are merged {by}; {waits}. Nobody is told." parts={parts} />
      ) : (
        <Rich message="Alarms are merged {by}; {waits}. Then {who} is told." parts={parts} />
      )}
    </p>
  );
}

/** The form of a merge card: what alarms are merged by, when to tell, whom to tell. */
export function MergeForm({ node }: { node: FlowNode }) {
  const config = combineOf(node);
  const title = useEditor(({ history }) => titleOf(history.present.document, node.id));
  const card = useEditor(({ history }) => pointerTo(history.present.document, "nodes", node.id));
  const pointer = `${card}/value/combineConfig`;
  return (
    <>
      <PanelHead glyph={<Glyph kind="combine" />} title={title} id={node.id} back={node.id} />
      <div className="panel-scroll">
        {config && (
          <>
            <div className="sec">
              <Sentence config={config} />
            </div>
            <div className="sec">
              <MergeBy cardId={node.id} config={config} pointer={pointer} />
            </div>
            <div className="sec fields">
              <h3>{t("When to tell")}</h3>
              <div className="waits">
                <WaitField cardId={node.id} config={config} pointer={pointer} name="group_wait" label={t("First after")} />
                <WaitField cardId={node.id} config={config} pointer={pointer} name="group_interval" label={t("Then every")} />
                <WaitField cardId={node.id} config={config} pointer={pointer} name="group_repeat_waiting" label={t("Repeat after")} />
              </div>
            </div>
            <div className="sec fields">
              <TellsField cardId={node.id} config={config} pointer={pointer} />
            </div>
          </>
        )}
        <Prepared card={node.id} />
        <div className="sec">
          <KeptLine names={config ? keptOf(node, config) : ["value"]} />
        </div>
      </div>
      <ExitRows node={node} />
    </>
  );
}
