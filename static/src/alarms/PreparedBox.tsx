import type { Candidate } from "../api/alarms";
import { t } from "../i18n";
import { taskWords } from "../model/responseChanges";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { busyReason, fill, keyOf, readPrepared } from "./responding";
import { useAlarms } from "./state";

function Warning({ text }: { text: string }) {
  return <p className="note warn"><Icon name="warning" /><span>{text}</span></p>;
}

/** Where it is prepared, and how sure it is that the alarm goes there. */
function Whereabouts({ candidate }: { candidate: Candidate }) {
  const { rule, rule_name, card, card_title, fits, unknown } = candidate;
  return (
    <>
      <p className="small">
        <a className="place" href={`/rules/${encodeURIComponent(rule)}/#card=${encodeURIComponent(card)}`}>{t("{card} of {rule}", { card: card_title, rule: rule_name })}</a>
      </p>
      {fits ? <p className="small dim">{t("The rule would group the alarm there.")}</p> : <Warning text={t("The rule would not group this alarm there.")} />}
      {unknown.length > 0 && <p className="small dim">{t("The rule asks for {names}, which COC does not tell: the alarm may really go elsewhere.", { names: unknown.join(t(", ")) })}</p>}
    </>
  );
}

function Row({ candidate }: { candidate: Candidate }) {
  const { id, title, form, missing } = candidate.response;
  const busy = useAlarms(busyReason);
  const chosen = useAlarms(({ filling }) => filling?.key === keyOf(candidate));
  const isFilling = useAlarms(({ filling }) => filling?.state === "filling");
  const reason = form === null ? t("It cannot be filled for this alarm.") : isFilling ? t("A form is being filled.") : busy;
  return (
    <li className={`ready-row ${chosen ? "on" : ""}`} data-testid={`prepared-${id}`}>
      <div className="stack">
        <p><b>{title}</b>{form && <span className="dim"> · {taskWords(form, t)}</span>}</p>
        <Whereabouts candidate={candidate} />
        {missing.map(({ pointer, attribute, detail }) => <Warning key={`${pointer} ${attribute}`} text={detail} />)}
      </div>
      <Button label={t("Use {title}", { title })} look="sm" testId={`use-${id}`} reason={reason} onPress={() => void fill(candidate)} />
    </li>
  );
}

function Candidates() {
  const prepared = useAlarms((state) => state.prepared);
  if (prepared.state === "failed") {
    return (
      <div className="in stack" data-testid="prepared-failed">
        <Warning text={t("What is prepared for this alarm could not be read: {reason}", { reason: prepared.reason })} />
        <p><Button label={t("Try again")} look="sm" onPress={() => void readPrepared()} /></p>
      </div>
    );
  }
  if (prepared.state !== "here" || prepared.candidates.length === 0) return null;
  return <ul>{prepared.candidates.map((candidate) => <Row key={keyOf(candidate)} candidate={candidate} />)}</ul>;
}

function Told() {
  const filling = useAlarms((state) => state.filling);
  if (filling === null || filling.state === "filling") return null;
  return (
    <div className="in stack" data-testid="filled">
      {filling.state === "filled" && <p className="small dim">{t("The form below is filled. Nothing runs by itself.")}</p>}
      {filling.sentences.map((text) => <Warning key={text} text={text} />)}
    </div>
  );
}

function isWaiting(looked: string): boolean {
  return looked === "none" || looked === "failed";
}

/** What is prepared for the alarm, to fill the form with; nothing where nothing is. */
export function PreparedBox() {
  const waits = useAlarms(({ wanted, looked }) => wanted !== null && isWaiting(looked.state));
  const hasMore = useAlarms(({ prepared, filling }) => prepared.state === "failed" || (prepared.state === "here" && prepared.candidates.length > 0) || filling !== null);
  if (!waits && !hasMore) return null;
  return (
    <section className="box ready" aria-labelledby="ready-title" data-testid="prepared">
      <header><h2 id="ready-title">{t("Prepared for this alarm")}</h2></header>
      {waits && <p className="in" data-testid="prepared-waits">{t("A prepared response waits: look up the alarm that it is to be used for.")}</p>}
      <Candidates />
      <Told />
    </section>
  );
}
