import { t } from "../i18n";
import type { Fix } from "../model/types";
import { useEditor } from "../store";
import { Button } from "./Button";

/** Mends a finding by one press; nothing for those who may not change the rule. */
export function MendButton({ fix, testId, keys, onPress }: { fix: Fix; testId: string; keys?: string; onPress: () => void }) {
  const editable = useEditor(({ can }) => can.edit);
  if (!editable) return null;
  return (
    <Button
      label={t("Mend: {what}", { what: fix.title })}
      icon="mend"
      look="sm mend"
      keys={keys}
      testId={testId}
      onPress={onPress}
    />
  );
}
