import { mendFinding } from "../canvas/mending";
import { useUi } from "../canvas/ui";
import { fixOf } from "../model/mend";
import type { Finding } from "../model/types";
import { useEditor } from "../store";
import { Icon } from "./Icon";
import { MendButton } from "./MendButton";

function useFinding(pointer: string): Finding | undefined {
  const findings = useEditor((state) => state.findings);
  return findings.find((finding) => finding.pointer === pointer || finding.pointer.startsWith(`${pointer}/`));
}

/** The mend of what the check says about the place `pointer`, where there is one; then the field has the focus. */
export function FieldMend({ pointer }: { pointer: string }) {
  const finding = useFinding(pointer);
  const fix = finding && fixOf(finding);
  if (!finding || !fix) return null;
  const press = (): void => {
    if (mendFinding(fix)) useUi.setState({ fieldWish: finding.pointer });
  };
  return <MendButton fix={fix} testId="mend-field" onPress={press} />;
}

/** What the check says about the place `pointer` and everything below it; nothing when it is sound. */
export function FieldFinding({ pointer }: { pointer: string }) {
  const here = useFinding(pointer);
  if (!here) return null;
  return (
    <>
      <p className={`help ${here.severity === "error" ? "error" : "warn"}`}>
        <Icon name={here.severity} />
        <span>{here.message}</span>
      </p>
      <FieldMend pointer={pointer} />
    </>
  );
}
