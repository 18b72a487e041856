import type { Preview } from "../../api/submissions";
import { t } from "../../i18n";
import { Icon } from "../../parts/Icon";
import type { Look } from "./usePreview";

function Text({ title, text }: { title: string; text: string }) {
  return (
    <details className="sent">
      <summary>{title}</summary>
      <textarea className="input mono" readOnly rows={10} aria-label={title} value={text} />
    </details>
  );
}

function requestText({ request, document }: Preview): string {
  if (request === null) return document;
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  return [`${request.method} ${request.url}`, ...headers, "", document].join("\n");
}

/** What a submission would meet over there, and what it would send, before it is sent. */
export function PreviewNote({ look }: { look: Look }) {
  if (look.state === "looking") return <p className="note" role="status">{t("Looking at what is over there…")}</p>;
  const failed = look.state === "failed" || look.preview.state === "rejected";
  const words = look.state === "failed" ? look.reason : look.preview.detail;
  return (
    <div className="outcome" data-testid="submit-preview" data-comparison={look.state === "seen" ? look.preview.comparison : "failed"}>
      <p className={failed ? "note warn" : "note"} role="status">
        <Icon name={failed ? "warning" : "info"} />
        {words}
      </p>
      {look.state === "seen" && look.preview.overwritten !== "" && <Text title={t("The rule over there now")} text={look.preview.overwritten} />}
      {look.state === "seen" && look.preview.request !== null && <Text title={t("What will be sent")} text={requestText(look.preview)} />}
    </div>
  );
}
