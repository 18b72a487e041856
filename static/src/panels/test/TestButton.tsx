import { actionOf, keysOf, perform } from "../../actions";
import { t } from "../../i18n";
import { Button } from "../../parts/Button";
import { useEditor } from "../../store";

/** Opens the test of an alarm, and closes it again. */
export function TestButton() {
  const open = useEditor((state) => state.drawer === "test");
  const setDrawer = useEditor((state) => state.setDrawer);
  const action = actionOf("test");
  return (
    <Button
      label={t("Test")}
      icon="play"
      keys={keysOf("test")}
      pressed={open}
      testId="test"
      onPress={() => {
        if (open) setDrawer(null);
        else perform(action);
      }}
    />
  );
}
