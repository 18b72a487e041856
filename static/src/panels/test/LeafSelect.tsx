import { t } from "../../i18n";
import { useEditor } from "../../store";
import { leavesIn } from "./leaves";
import { placeTitle } from "./verdictWords";

const ANY = "any";
const NONE = "none";

function valueOf(leaf: string | null | undefined): string {
  if (leaf === undefined) return ANY;
  return leaf === null ? NONE : `at ${leaf}`;
}

function leafOf(value: string): string | null | undefined {
  if (value === ANY) return undefined;
  return value === NONE ? null : value.slice("at ".length);
}

/** Where an alarm is expected to go: a card of the rule, no group, or (undefined) anywhere. */
export function LeafSelect({ label, id, leaf, mayBeAny, onChange }: {
  label?: string;
  id?: string;
  leaf: string | null | undefined;
  mayBeAny: boolean;
  onChange: (leaf: string | null | undefined) => void;
}) {
  const document = useEditor(({ history }) => history.present.document);
  const leaves = leavesIn(document);
  const gone = typeof leaf === "string" && !leaves.includes(leaf);
  return (
    <select id={id} aria-label={label} className="input" value={valueOf(leaf)} onChange={({ target }) => { onChange(leafOf(target.value)); }}>
      {leaves.map((one) => (
        <option key={one} value={valueOf(one)}>
          {placeTitle(document, one)}
        </option>
      ))}
      <option value={NONE}>{t("no group")}</option>
      {(mayBeAny || leaf === undefined) && <option value={ANY}>{t("anywhere")}</option>}
      {gone && <option value={valueOf(leaf)}>{t("{id}, no longer in the rule", { id: leaf })}</option>}
    </select>
  );
}
