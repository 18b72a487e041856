import { useEditor } from "../store";
import { Icon } from "./Icon";

/** What the check says about the place `pointer` and everything below it; nothing when it is sound. */
export function FieldFinding({ pointer }: { pointer: string }) {
  const findings = useEditor((state) => state.findings);
  const here = findings.find((finding) => finding.pointer === pointer || finding.pointer.startsWith(`${pointer}/`));
  if (!here) return null;
  return (
    <p className={`help ${here.severity === "error" ? "error" : "warn"}`}>
      <Icon name={here.severity} />
      <span>{here.message}</span>
    </p>
  );
}
