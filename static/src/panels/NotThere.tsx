import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { askForNotificationRules, unknownNames, useNotificationRules } from "./notificationRules";

/** Which of the notification rules that a merge card tells the connection does not know, and a way to ask it again. */
export function NotThere({ names }: { names: string[] }) {
  const known = useNotificationRules();
  const missing = unknownNames(known, names);
  const reason = known.asking ? t("Asking…") : null;
  return (
    <>
      {missing.length > 0 && (
        <p className="note" role="status" data-testid="not-there">
          <Icon name="info" />
          {t("Not among the notification rules of {connection}: {names}. Make them there, or choose others.", { connection: known.connection?.name ?? "", names: missing.join(", ") })}
        </p>
      )}
      <Button label={t("Ask for the names again")} look="ghost sm" testId="ask-names" reason={reason} onPress={() => { void askForNotificationRules(true); }} />
    </>
  );
}
