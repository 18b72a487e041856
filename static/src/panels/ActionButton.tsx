import { actionOf, keysOf, perform, type ActionId } from "../actions";
import { Button } from "../parts/Button";
import type { IconName } from "../parts/Icon";
import { useReason } from "./useReason";

/** A button of the action registry: it, its key and the reason it cannot act now come from there. */
export function ActionButton({ id, icon, iconOnly, look, label, testId = id }: {
  id: ActionId;
  icon?: IconName;
  iconOnly?: boolean;
  look?: string;
  label?: string;
  testId?: string;
}) {
  const action = actionOf(id);
  const reason = useReason(id);
  return (
    <Button
      label={label ?? action.label()}
      icon={icon}
      iconOnly={iconOnly}
      look={look}
      reason={reason}
      keys={keysOf(id)}
      testId={testId}
      onPress={() => { perform(action); }}
    />
  );
}
