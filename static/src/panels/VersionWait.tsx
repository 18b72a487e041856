import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import type { StoredVersion } from "./useVersion";

/** In place of what needs a stored version, until it is there. */
export function VersionWait({ stored, version }: { stored: StoredVersion; version: number }) {
  if (stored.failed === "") return <p className="dim">{t("Fetching v{version}…", { version })}</p>;
  return (
    <p className="note error" role="alert">
      <Icon name="error" />
      <span className="grow">
        {t("v{version} could not be fetched:", { version })} {stored.failed}
      </span>
      <Button label={t("Try again")} look="sm" onPress={stored.retry} />
    </p>
  );
}
