import { t } from "../i18n";
import type { Exit } from "../model/types";

/** "true" in green or "false" in amber; nothing for a plain exit. */
export function BranchWord({ exit, className = "" }: { exit: Exit | null; className?: string }) {
  if (exit !== "true" && exit !== "false") return <span className={className} />;
  return <span className={`word-${exit} ${className}`.trim()}>{t(exit)}</span>;
}
