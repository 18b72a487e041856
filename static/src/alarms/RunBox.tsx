import type { Rehearsal, RunDetail } from "../api/alarms";
import { n, t } from "../i18n";
import { timeOf } from "../panels/times";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { Input, TextArea } from "./Input";
import { askAgain, faultAt, hindrances, letGo, orderWords, planRehearsal, run, startOver, useAlarms, type AlarmsState } from "./state";

function RequestText({ request }: Rehearsal) {
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const text = [`${request.method} ${request.url}`, ...headers, "", JSON.stringify(request.body, null, 2)].join("\n");
  return (
    <details className="content" data-testid="exact-request">
      <summary>{t("Show the exact request")}</summary>
      {/* Long lines scroll, so the keyboard must get there. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="code" tabIndex={0} aria-label={t("The exact request")}>{text}</pre>
    </details>
  );
}

function Warnings({ answer }: { answer: Rehearsal }) {
  const unclear = useAlarms(({ looked }) => looked.state === "found" && looked.actions.some(({ state }) => state === "needs_human"));
  const { earlier, records } = answer;
  return (
    <>
      {earlier && (
        <p className="note warn">
          <Icon name="warning" />
          <span>{t("{task} was sent for this alarm before, by {author}, {time}.", { task: earlier.task_name || earlier.task_id, author: earlier.author, time: timeOf(earlier.created) })}</span>
        </p>
      )}
      {!earlier && answer.needs_reason && (
        <p className="note warn">
          <Icon name="warning" />
          <span>{answer.machines === null ? t("COC selects the machines, and nobody knows how many.") : t("COC's own record shows a run of this task for this alarm already.")}</span>
        </p>
      )}
      {unclear && <p className="note warn"><Icon name="warning" /><span>{t("Of one run on this alarm nobody knows whether it ran: settle it first if you can.")}</span></p>}
      {records === null && <p className="note warn"><Icon name="warning" /><span>{t("The connection may not read COC's own record of the alarm, so what was run elsewhere is not known.")}</span></p>}
    </>
  );
}

/** `aria-disabled` and a reason would hide which field is at fault: the button stays live and leads there. */
function runWords({ rehearsed }: AlarmsState): string {
  const machines = rehearsed.state === "none" ? undefined : rehearsed.answer?.machines;
  if (machines === undefined || machines === 0) return t("Run once");
  return machines === null ? t("Run once where COC selects") : n(machines, "Run once on {count} machine", "Run once on {count} machines");
}

function waits({ rehearsed, sending }: AlarmsState): string | null {
  if (sending) return t("Sending…");
  if (rehearsed.state === "asking") return t("Still being checked…");
  return rehearsed.state === "failed" ? rehearsed.reason : null;
}

function Summary() {
  const rehearsed = useAlarms((state) => state.rehearsed);
  const [first] = useAlarms(hindranceWords);
  if (rehearsed.state === "none") return <p className="dim" data-testid="summary">{first ?? t("What would be run is told here.")}</p>;
  if (rehearsed.state === "failed") {
    return (
      <div role="alert">
        <p className="note error" data-testid="summary"><Icon name="error" /><span>{rehearsed.reason}</span></p>
        <Button label={t("Try again")} look="sm" onPress={planRehearsal} />
      </div>
    );
  }
  if (!rehearsed.answer) return <p className="dim" data-testid="summary">{t("Asking what would happen…")}</p>;
  const { summary, machine_names } = rehearsed.answer;
  return (
    <div className={rehearsed.state === "asking" ? "stale" : ""} data-testid="summary">
      <p>{summary}</p>
      {machine_names.length > 0 && <p className="small dim">{machine_names.slice(0, 8).join(", ")}{machine_names.length > 8 ? " …" : ""}</p>}
    </div>
  );
}

function hindranceWords(state: AlarmsState): string[] {
  return cached(hindrances(state).map(({ text }) => text));
}

let lastHindrances: string[] = [];

/** The same list for the same words, so that a change of something else draws nothing. */
function cached(words: string[]): string[] {
  if (words.join("\n") !== lastHindrances.join("\n")) lastHindrances = words;
  return lastHindrances;
}

function Confirming({ answer }: { answer: Rehearsal }) {
  const reason = useAlarms((state) => state.reason);
  const confirmed = useAlarms((state) => state.confirmed);
  return (
    <>
      {answer.needs_reason && <TextArea field="reason" label={t("Why again")} value={reason} onChange={(text) => { useAlarms.setState({ reason: text }); }} />}
      {answer.needs_confirmation && <Input field="confirmed" label={t("Type the number of machines")} value={confirmed} onChange={(text) => { useAlarms.setState({ confirmed: text }); }} />}
    </>
  );
}

function Prepare() {
  const answer = useAlarms(({ rehearsed }) => (rehearsed.state === "none" || rehearsed.state === "failed" ? null : rehearsed.answer));
  const words = useAlarms(runWords);
  const wait = useAlarms(waits);
  const refused = useAlarms((state) => state.refused);
  return (
    <>
      <Summary />
      {answer && <Warnings answer={answer} />}
      {refused && (
        <div role="alert" data-testid="refused">
          <p className="note error"><Icon name="error" /><span>{refused.text}</span></p>
          {refused.run !== null && <a className="small" href={`/alarms/runs/${refused.run}/`}>{t("What was run before")}</a>}
        </div>
      )}
      {answer && <Confirming answer={answer} />}
      <Button label={words} icon="play" look="primary whole" testId="run" reason={wait} onPress={run} />
      {answer && <RequestText {...answer} />}
      <p className="small faint">{t("Sent once. If no answer comes, COC's record is read and you are asked; nothing is ever sent again by itself.")}</p>
    </>
  );
}

/** Sent, and no answer: what is certain, and the one safe way on. */
function Silent() {
  const sending = useAlarms((state) => state.sending);
  const refused = useAlarms((state) => state.refused);
  if (sending) return <p className="note" role="status" data-testid="sending">{t("Sending… Machines are looked at once more, then it is sent, once.")}</p>;
  return (
    <div className="say-part" role="alert" data-testid="silent">
      <p className="note warn"><Icon name="warning" /><span>{refused?.text}</span></p>
      <p>{t("It may have been sent. Asking again uses the same key, so that it cannot run twice.")}</p>
      <Button label={t("Ask what came of it")} look="primary whole" testId="ask-again" onPress={askAgain} />
      <Button label={t("Leave it to the record")} look="ghost whole" onPress={letGo} />
    </div>
  );
}

function OrderLine({ outcome }: { outcome: RunDetail }) {
  if (outcome.work_order === "") return null;
  return (
    <dl className="facts">
      <dt>{t("Work order")}</dt>
      <dd className="mono order">{outcome.work_order}</dd>
      <dt>{t("it is")}</dt>
      <dd data-testid="order-state"><b>{outcome.order_state === "" ? t("begun") : orderWords(outcome.order_state)}</b></dd>
    </dl>
  );
}

function noteOf({ state }: RunDetail): { look: string; icon: "ok" | "warning" | "error" } {
  if (state === "rejected") return { look: "note error", icon: "error" };
  return state === "started" ? { look: "note", icon: "ok" } : { look: "note warn", icon: "warning" };
}

function Outcome({ outcome }: { outcome: RunDetail }) {
  const canSettle = useAlarms(({ boot }) => boot.can.handle);
  const { look, icon } = noteOf(outcome);
  return (
    <div className="say-part" data-testid="run-outcome" data-state={outcome.state}>
      <p>{outcome.summary}</p>
      <p className={look}><Icon name={icon} /><span>{outcome.detail}</span></p>
      <OrderLine outcome={outcome} />
      {outcome.order_problem !== null && <p className="note warn"><Icon name="warning" /><span>{outcome.order_problem}</span></p>}
      {outcome.state === "needs_human" && canSettle && <Button label={t("Settle this")} look="primary whole" testId="settle-now" onPress={() => { useAlarms.setState({ settling: outcome }); }} />}
      <a className="btn whole" href={`/alarms/runs/${outcome.id}/`}>{t("The record of this run")}</a>
      <Button label={outcome.state === "rejected" ? t("Back to the form") : t("Prepare another run")} look="ghost whole" testId="start-over" onPress={startOver} />
    </div>
  );
}

function Body() {
  const handles = useAlarms(({ boot }) => boot.can.handle);
  const outcome = useAlarms((state) => state.outcome);
  const isOpen = useAlarms(({ intent, sending }) => intent !== null || sending);
  if (!handles) return <p className="note" data-testid="only-looking">{t("Your role may look, and not run anything. A designer or an admin may.")}</p>;
  if (outcome) return <Outcome outcome={outcome} />;
  return isOpen ? <Silent /> : <Prepare />;
}

/** What will happen, what is asked for first, and what came of it. */
export function RunBox() {
  const told = useAlarms(faultAt("connection"));
  return (
    <aside className="box sum" aria-labelledby="run-title">
      <header><h2 id="run-title">{t("Before it runs")}</h2></header>
      <div className="in say" data-part="run-state" tabIndex={-1}>
        {told !== null && <p className="note error">{told}</p>}
        <Body />
      </div>
    </aside>
  );
}
