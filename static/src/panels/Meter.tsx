import { t } from "../i18n";

/** How much of a limit is used, in ticks and in words. */
export function Meter({ used, most }: { used: number; most: number }) {
  return (
    <>
      <span className={`meter ${used > most ? "is-over" : ""}`} aria-hidden="true">
        {Array.from({ length: most }, (_, index) => (
          <i key={index} className={index < used ? "on" : undefined} />
        ))}
      </span>
      <span className="small dim num">{t("{used} of {most}", { used, most })}</span>
    </>
  );
}
