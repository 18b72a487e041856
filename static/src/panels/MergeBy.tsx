import { t } from "../i18n";
import { setCombine, setMergeBy } from "../model/commands";
import { deepEqual } from "../model/equal";
import { LIMITS } from "../model/limits";
import type { JsonObject } from "../model/types";
import { mergeWords, smartWord } from "../model/words";
import { Choice } from "../parts/Choice";
import { FieldFinding } from "../parts/FieldFinding";
import { useEditor } from "../store";

type Props = { cardId: string; config: JsonObject; pointer: string };

function sameMembers(value: unknown, members: readonly string[]): boolean {
  return Array.isArray(value) && deepEqual(value.toSorted(), members.toSorted());
}

function smartOf(config: JsonObject): string[] | null {
  const { ai_group_by: smart } = config;
  return Array.isArray(smart) ? smart.filter((item) => typeof item === "string") : null;
}

function Smart({ cardId, config }: Props) {
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const chosen = smartOf(config) ?? [];
  const toggle = (member: string, on: boolean): void => {
    const next = LIMITS.aiGroupBy.filter((one) => (one === member ? on : chosen.includes(one)));
    apply(t("Change smart merging"), (draft) => setCombine(draft, cardId, { ai_group_by: next }));
  };
  return (
    <div className="smart" role="group" aria-label={t("Smart merging looks at")}>
      {LIMITS.aiGroupBy.map((member) => (
        <Choice
          key={member}
          kind="checkbox"
          label={smartWord(member, t)}
          checked={chosen.includes(member)}
          disabled={!editable}
          onChange={(on) => { toggle(member, on); }}
        />
      ))}
    </div>
  );
}

/** What alarms are merged by: one of the published combinations, or the service's own smart merging. */
export function MergeBy(props: Props) {
  const { cardId, config, pointer } = props;
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const smart = smartOf(config) !== null;
  const other = !smart && config.group_by !== undefined && !LIMITS.groupByChoices.some((choice) => sameMembers(config.group_by, choice));
  return (
    <fieldset className="fields" data-pointer={pointer}>
      <legend>
        <h3>{t("Merge alarms")}</h3>
      </legend>
      {LIMITS.groupByChoices.map((choice) => (
        <Choice
          key={choice.join()}
          kind="radio"
          name={`by-${cardId}`}
          label={mergeWords({ group_by: [...choice] }, t).by}
          hint={choice.includes("tag") ? t("where a condition uses a tag") : undefined}
          checked={!smart && sameMembers(config.group_by, choice)}
          disabled={!editable}
          onChange={() => { apply(t("Change what to merge by"), (draft) => setMergeBy(draft, cardId, { group_by: [...choice] })); }}
        />
      ))}
      {other && <Choice kind="radio" name={`by-${cardId}`} label={mergeWords(config, t).by} hint={t("kept as it is")} checked disabled={!editable} onChange={() => undefined} />}
      <Choice
        kind="radio"
        name={`by-${cardId}`}
        label={t("smart, by the service’s own judgement")}
        checked={smart}
        disabled={!editable}
        onChange={() => { apply(t("Change what to merge by"), (draft) => setMergeBy(draft, cardId, { ai_group_by: [...LIMITS.aiGroupBy] })); }}
      />
      {smart && <Smart {...props} />}
      <FieldFinding pointer={`${pointer}/group_by`} />
      <FieldFinding pointer={`${pointer}/ai_group_by`} />
    </fieldset>
  );
}
