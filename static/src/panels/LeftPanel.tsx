import { useState } from "react";

import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Outline } from "./outline/Outline";
import { PaletteTile } from "./PaletteTile";

/** What can be added, and the rule as a list; on narrow screens a rail whose list opens over the canvas. */
export function LeftPanel() {
  const [open, setOpen] = useState(false);
  return (
    <aside className={`left ${open ? "is-open" : ""}`} aria-label={t("Cards and outline")}>
      <h2 className="wide-only">{t("Add a card")}</h2>
      <div className="palette">
        <PaletteTile id="add-condition" kind="condition" label={t("Condition")} testId="palette-condition" />
        <PaletteTile id="add-combine" kind="combine" label={t("Merge")} testId="palette-combine" />
      </div>
      <span className="rail-only">
        <Button label={t("Outline")} icon="outline" iconOnly look="ghost" expanded={open} onPress={() => { setOpen(!open); }} />
      </span>
      <div className="outline-box">
        <h2 className="ruled">{t("Outline")}</h2>
        <Outline />
      </div>
    </aside>
  );
}
