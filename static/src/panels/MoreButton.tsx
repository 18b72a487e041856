import { t } from "../i18n";
import { Button } from "../parts/Button";
import { useViews } from "./views";

/** On a narrow page: shows the rest of the bar on top. */
export function MoreButton() {
  const more = useViews((state) => state.more);
  return (
    <span className="more">
      <Button
        label={t("More")}
        icon="more"
        iconOnly
        look="ghost"
        expanded={more}
        testId="more"
        onPress={() => { useViews.setState({ more: !more }); }}
      />
    </span>
  );
}
