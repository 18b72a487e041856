import { t } from "../i18n";
import { Icon } from "../parts/Icon";

/** Names the members of the document no field here shows; they are kept as they are. */
export function KeptLine({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <p className="kept small dim">
      <Icon name="lock" />
      <span>
        {t("kept, not editable here: {names}", { names: names.join(t(", ")) })}
      </span>
    </p>
  );
}
