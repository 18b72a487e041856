import { useEffect } from "react";

import { t } from "../i18n";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { useEditor, type Notice } from "../store";

/** Long enough to be read; an error stays until it is put away. */
const STAY = 7000;
const ICONS = { success: "ok", error: "error", info: "info" } as const;

/** What can be done about the message, which is then settled. */
function Action({ label, run }: NonNullable<Notice["action"]>) {
  const setNotice = useEditor((state) => state.setNotice);
  const press = (): void => {
    setNotice(null);
    run();
  };
  return <Button label={label} look="sm" testId="notice-action" onPress={press} />;
}

/** The last message, over the lower part of the canvas. */
export function NoticeBar() {
  const notice = useEditor((state) => state.notice);
  const setNotice = useEditor((state) => state.setNotice);
  useEffect(() => {
    if (!notice || notice.kind === "error" || notice.action) return;
    const timer = setTimeout(() => { setNotice(null); }, STAY);
    return () => { clearTimeout(timer); };
  }, [notice, setNotice]);
  return (
    <div className="notices" role={notice?.kind === "error" ? "alert" : "status"}>
      {notice && (
        <div className={`toast ${notice.kind === "error" ? "error" : ""}`} data-testid="notice" data-kind={notice.kind}>
          <Icon name={ICONS[notice.kind]} />
          <span className="grow">{notice.text}</span>
          {notice.action && <Action {...notice.action} />}
          <Button label={t("Dismiss")} icon="x" iconOnly look="ghost sm" onPress={() => { setNotice(null); }} />
        </div>
      )}
    </div>
  );
}
