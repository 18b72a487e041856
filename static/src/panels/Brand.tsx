import { t } from "../i18n";

/** The mark of the product, leading to the list of rules. */
export function Brand() {
  return (
    <a className="brand" href="/" aria-label={t("Groupflow, Rules")}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <rect className="brand-tile" x="1" y="1" width="18" height="18" rx="5" />
        <path className="brand-line" d="M10 4.5v3.2M10 7.7c0 2.8-4.2 2-4.2 5.2M10 7.7c0 2.8 4.2 2 4.2 5.2" />
        <circle className="brand-dot" cx="5.8" cy="14" r="1.7" />
        <circle className="brand-line" cx="14.2" cy="14" r="1.7" />
      </svg>
    </a>
  );
}
