import type { Submission } from "../api/submissions";
import { t } from "../i18n";
import { Icon, type IconName } from "../parts/Icon";
import { LookAgain } from "./submit/LookAgain";
import { useFollowed } from "./submit/useFollowed";

/** The states and operations of a submission; one that is new to this page is said as the server names it. */
function stateWords(state: string): string {
  if (state === "succeeded") return t("Succeeded");
  if (state === "rejected") return t("Rejected");
  if (state === "unknown") return t("Unknown");
  if (state === "drifted") return t("Changed by others");
  if (state === "needs_human") return t("Needs a person");
  return state === "prepared" ? t("Prepared") : state;
}

function operationWords(operation: string): string {
  if (operation === "create") return t("create");
  return operation === "update" ? t("update") : operation;
}

type Look = { icon: IconName; note: string; words: string };

function lookOf(state: string): Look {
  if (state === "succeeded") return { icon: "ok", note: "note", words: t("Accepted by the cloud.") };
  if (state === "rejected") return { icon: "error", note: "note error", words: t("Refused by the cloud.") };
  if (state === "unknown") {
    return { icon: "warning", note: "note warn", words: t("No clear answer came. Groupflow goes on looking what became of it.") };
  }
  if (state === "drifted") return { icon: "warning", note: "note warn", words: t("The rule over there is not the one that was sent.") };
  if (state === "needs_human") return { icon: "warning", note: "note warn", words: t("Nobody knows what became of it. A person must look.") };
  return { icon: "info", note: "note", words: t("State: {state}", { state: stateWords(state) }) };
}

type Fact = { name: string; value: string; look: "" | "mono" };

function facts(submission: Submission): Fact[] {
  const { state, status, operation, error_code, error_msg, error_type, detail, trace_id, version } = submission;
  const all: [string, string | number | null, "mono"?][] = [
    [t("State"), stateWords(state)],
    [t("Version"), `v${version}`],
    [t("Operation"), operationWords(operation)],
    [t("HTTP status"), status],
    [t("Error code"), error_code, "mono"],
    [t("Error message"), error_msg],
    [t("Error type"), error_type, "mono"],
    [t("Detail"), detail],
    [t("Trace id"), trace_id, "mono"],
  ];
  return all.flatMap(([name, value, look]): Fact[] => (value === null || value === "" ? [] : [{ name, value: String(value), look: look ?? "" }]));
}

/** What came of a submission, every word of it, to be read and copied. */
export function Outcome({ submission }: { submission: Submission }) {
  const { icon, note, words } = lookOf(submission.state);
  useFollowed(submission);
  return (
    <div className="outcome" data-testid="submit-outcome" data-state={submission.state} role="status">
      <p className={note}>
        <Icon name={icon} />
        <b>{words}</b>
      </p>
      <dl className="facts">
        {facts(submission).map(({ name, value, look }) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd className={look}>{value}</dd>
          </div>
        ))}
      </dl>
      {submission.state === "needs_human" && <LookAgain submission={submission} />}
      <a href="/submissions/">{t("All submissions")}</a>
    </div>
  );
}
