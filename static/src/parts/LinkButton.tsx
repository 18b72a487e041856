import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";

/** A link that looks like a button; with a reason it leads nowhere and says why. */
export function LinkButton({ label, icon, look = "", href, download, reason, testId }: {
  label: string;
  icon: IconName;
  look?: string;
  href: string;
  download?: boolean;
  reason: string | null;
  testId: string;
}) {
  if (reason !== null) return <Button label={label} icon={icon} look={look} reason={reason} testId={testId} onPress={() => undefined} />;
  return (
    <a className={`btn ${look}`} href={href} download={download} data-testid={testId} title={label}>
      <Icon name={icon} />
      <span className="label">{label}</span>
    </a>
  );
}
