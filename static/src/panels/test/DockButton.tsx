import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { useTest } from "./testing";

/** Puts the test beside the canvas or below it, where the inspector stays in view. */
export function DockButton() {
  const dock = useTest((state) => state.dock);
  const other = dock === "right" ? "bottom" : "right";
  return (
    <Button
      label={other === "bottom" ? t("Dock at the bottom, beside the inspector") : t("Dock at the right")}
      icon={`dock-${other}`}
      iconOnly
      look="ghost sm"
      testId="test-dock"
      onPress={() => { useTest.setState({ dock: other }); }}
    />
  );
}
