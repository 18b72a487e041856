import type { ReactNode } from "react";

import { useUi } from "../canvas/ui";
import { t } from "../i18n";
import { Button } from "../parts/Button";
import { useEditor } from "../store";

/** The head of the inspector: what is selected, and the way back to the rule. */
export function PanelHead({ glyph, title, id, back }: { glyph: ReactNode; title: string; id: string; back?: string }) {
  const select = useEditor((state) => state.select);
  return (
    <div className="panel-head">
      {glyph}
      <h2 className="clip">{title}</h2>
      <span className="mono faint clip">{id}</span>
      <span className="grow" />
      <Button
        label={t("Close")}
        icon="x"
        iconOnly
        look="ghost sm"
        onPress={() => {
          select({});
          // Focus goes back to the card that opened the panel.
          if (back !== undefined) useUi.setState({ focusWish: back });
        }}
      />
    </div>
  );
}
