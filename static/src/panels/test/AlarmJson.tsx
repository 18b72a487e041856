import { useRef } from "react";

import { t } from "../../i18n";
import { alarmTitle } from "../../model/alarm";
import { Icon } from "../../parts/Icon";
import { useTest } from "./testing";
import { goesWords } from "./verdictWords";

/** More alarms than this are cut off in the list; the first ones show what there is. */
const MOST_LISTED = 200;

function Lines({ text, wrong }: { text: string; wrong: ReadonlySet<number> }) {
  return (
    <pre className="json-lines num" aria-hidden="true">
      {text.split("\n").map((_, index) => (
        <span key={index} className={wrong.has(index + 1) ? "is-wrong" : undefined}>{`${index + 1}\n`}</span>
      ))}
    </pre>
  );
}

function Faults() {
  const faults = useTest((state) => state.faults);
  if (faults.length === 0) return null;
  return (
    <div className="note error" role="status" data-testid="alarm-faults">
      <Icon name="error" />
      <ul>
        {faults.map(({ line, place, message }) => (
          <li key={`${place} ${message}`}>
            <b className="num">{t("Line {line}", { line })}</b> {place !== "" && <span className="mono">{place}</span>} {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The alarms of what was pasted, when there are several: one is led through the rule. */
function AlarmList() {
  const answer = useTest((state) => state.answer);
  const chosen = useTest((state) => state.chosen);
  const text = useTest((state) => state.text);
  if (answer?.of !== text) return null;
  const { alarms, results, document } = answer;
  if (alarms.length === 0) return <p className="note">{t("This holds no alarm.")}</p>;
  if (alarms.length === 1) return null;
  return (
    <div className="field">
      <label htmlFor="alarm-choice">{t("Which of the {count} alarms", { count: alarms.length })}</label>
      <select
        id="alarm-choice"
        className="input"
        value={chosen}
        onChange={({ target }) => { useTest.setState({ chosen: Number(target.value) }); }}
      >
        {alarms.slice(0, MOST_LISTED).map((alarm, index) => (
          <option key={index} value={index}>
            {t("{number}. {alarm}: {goes}", {
              number: index + 1,
              alarm: alarmTitle(alarm) || t("no attributes"),
              goes: results[index] ? goesWords(document, results[index]) : "",
            })}
          </option>
        ))}
      </select>
      {alarms.length > MOST_LISTED && <p className="help">{t("Only the first {count} can be chosen.", { count: MOST_LISTED })}</p>}
    </div>
  );
}

/** The alarm as JSON, in any shape the server reads, with its faults at their lines. */
export function AlarmJson() {
  const text = useTest((state) => state.text);
  const faults = useTest((state) => state.faults);
  const lines = useRef<HTMLDivElement>(null);
  const wrong = new Set(faults.map(({ line }) => line));
  return (
    <div className="alarm-json">
      <p className="small dim">
        {t("An alarm of AOM, a map of attributes, an answer of ListEvents, a body of PushEvents, or a webhook of Alertmanager.")}
      </p>
      <div className="json-text">
        <div ref={lines} className="json-gutter">
          <Lines text={text} wrong={wrong} />
        </div>
        <textarea
          className="mono"
          aria-label={t("Alarm as JSON")}
          aria-invalid={faults.length > 0}
          spellCheck={false}
          wrap="off"
          rows={8}
          value={text}
          onScroll={(event) => { lines.current?.scrollTo(0, event.currentTarget.scrollTop); }}
          onChange={(event) => { useTest.setState({ text: event.target.value }); }}
        />
      </div>
      <Faults />
      <AlarmList />
    </div>
  );
}
