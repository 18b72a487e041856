import { t } from "../i18n";
import { Icon } from "../parts/Icon";
import { useEditor } from "../store";

/** Where the rule over there is not what was put there, as the page was told when it came. */
type Drift = { label: string; detail: string; path: string };

function told(): Drift[] {
  const text = document.getElementById("drift")?.textContent;
  return text ? (JSON.parse(text) as Drift[]) : [];
}

/** Says that what lives in the cloud has drifted, until something is submitted from here. */
export function DriftChip() {
  const submitted = useEditor((state) => state.submission !== null);
  const drifts = told();
  const [first] = drifts;
  if (first === undefined || submitted) return null;
  return (
    <a
      className="chip warn drift"
      href={first.path}
      aria-label={t("{state}. Compare with what lives there", { state: first.label })}
      title={drifts.map(({ detail }) => detail).join("\n")}
      data-testid="drift"
    >
      <Icon name="warning" />
      <span className="label">{first.label}</span>
    </a>
  );
}
