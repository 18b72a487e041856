import type { ReactNode } from "react";

import { t } from "../i18n";
import { Icon } from "./Icon";

/** In place of the picture of a legacy rule: that it has no flow, what it has instead, and where to go from here. */
export function NoFlow({ words, children }: { words: string; children?: ReactNode }) {
  return (
    <div className="no-flow">
      <Icon name="info" />
      <p>
        <b>{t("This rule has no flow.")}</b>
      </p>
      <p className="dim">{words}</p>
      {children}
    </div>
  );
}
