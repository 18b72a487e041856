import { keysOf } from "../../actions";
import { problemWords } from "../../canvas/spoken";
import { n, t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { goToRemark, useJsonView } from "./session";

/** Not the severities' own names: "info" is the colour of an alarm severity. */
const LOOKS = { error: "error", warning: "warning", info: "hint", hint: "hint" } as const;

function Totals() {
  const { errors, warnings, remarks } = useJsonView();
  const hints = remarks - errors - warnings;
  const words = [
    errors + warnings > 0 || hints === 0 ? problemWords(errors, warnings) : "",
    hints > 0 ? n(hints, "{count} hint", "{count} hints") : "",
  ];
  return <span className="num">{words.filter((word) => word !== "").join(t(", "))}</span>;
}

function Here() {
  const here = useJsonView((state) => state.here);
  return (
    <ul className="json-here">
      {here.map(({ severity, message, line }, index) => (
        <li key={index} className={LOOKS[severity]}>
          <Icon name={severity === "hint" ? "info" : severity} />
          <b className="num">{t("Line {line}", { line })}</b> {message}
        </li>
      ))}
    </ul>
  );
}

/** Under the text: how much is wrong, what is wrong where the caret is, and where that is. */
export function Foot() {
  const { line, column, remarks } = useJsonView();
  const none = remarks === 0 ? t("No problems in the text.") : null;
  return (
    <div className="json-foot small" data-testid="json-foot">
      <Totals />
      <Button label={t("Previous problem")} icon="up" iconOnly look="ghost sm" keys={keysOf("previous-problem")} reason={none} testId="json-previous" onPress={() => { goToRemark(-1); }} />
      <Button label={t("Next problem")} icon="down" iconOnly look="ghost sm" keys={keysOf("next-problem")} reason={none} testId="json-next" onPress={() => { goToRemark(1); }} />
      <Here />
      <span className="grow" />
      <span className="json-way faint">
        <kbd>{t("Tab")}</kbd> {t("leaves the text")}
      </span>
      <span className="num dim">{t("Line {line}, column {column}", { line, column })}</span>
    </div>
  );
}
