import { t } from "../i18n";
import { setCombine } from "../model/commands";
import type { JsonObject } from "../model/types";
import { mergeWords } from "../model/words";
import { ChipInput } from "../parts/ChipInput";
import { Field } from "../parts/Field";
import { FieldFinding } from "../parts/FieldFinding";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";
import { NotThere } from "./NotThere";
import { useNotificationRules } from "./notificationRules";

/** The notification rules a merge card tells; names of the connection's project are suggested where it answers. */
export function TellsField({ cardId, config, pointer }: { cardId: string; config: JsonObject; pointer: string }) {
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const { suggestions, note } = useNotificationRules();
  const { tells } = mergeWords(config, t);
  return (
    <div data-pointer={`${pointer}/bind_notification_rule_ids`}>
      <Field label={t("Notification rules")} help={note ?? t("Type a name and press Enter.")}>
        {(ids) => (
          <div className="input area">
            <ChipInput
              label={t("Notification rules")}
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              values={tells}
              suggestions={suggestions}
              readOnly={!editable}
              placeholder={t("name")}
              onChange={(names) => {
                apply(t("Change whom to tell"), (draft) => setCombine(draft, cardId, { bind_notification_rule_ids: names }));
              }}
            />
          </div>
        )}
      </Field>
      {tells.length === 0 && (
        <p className="note warn">
          <Icon name="warning" />
          {t("This card tells nobody.")}
        </p>
      )}
      {editable && tells.length > 0 && <NotThere names={tells} />}
      {tells.length > 0 && <FieldFinding pointer={`${pointer}/bind_notification_rule_ids`} />}
    </div>
  );
}
