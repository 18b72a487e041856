import { t } from "../i18n";
import { Icon } from "./Icon";

const MARKS = {
  true: { look: "yes", icon: "check", words: "holds" },
  false: { look: "no", icon: "x", words: "does not hold" },
  null: { look: "unknown", icon: "question", words: "cannot be told" },
} as const;

/** How a condition came out, by mark, colour and word, with the value the alarm has; null: it has none. */
export function ResultMark({ result, actual }: { result: boolean | null; actual: string | null }) {
  const { look, icon, words } = MARKS[`${result}`];
  return (
    <span className={`result-mark ${look}`} title={actual ?? undefined}>
      <span className="clip">{actual ?? t("absent")}</span>
      <Icon name={icon} />
      <span className="hide">{t(words)}</span>
    </span>
  );
}
