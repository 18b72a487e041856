import { t } from "../../i18n";
import { kindOf, nodeById } from "../../model/rule";
import type { RuleDocument } from "../../model/types";
import { breakOf, type Walk } from "../../model/way";
import { subjectOf } from "../../model/words";
import { Button } from "../../parts/Button";
import { Glyph } from "../../parts/Glyph";
import { Icon } from "../../parts/Icon";
import { useEditor } from "../../store";
import { FilledResponses } from "./Responses";
import { askAgain, isPresent, useTest, walkOf } from "./testing";
import { breakWords, goesWords, placeTitle } from "./verdictWords";

/** What stands in the way of an answer, or of a fresh one. */
function Standing() {
  const asking = useTest((state) => state.asking);
  const faulty = useTest((state) => state.faults.length > 0);
  const answered = useTest((state) => state.answer !== null);
  if (faulty) return <p className="dim">{t("No answer: the alarm cannot be read.")}</p>;
  if (asking.state === "refused") {
    return (
      <p className="note error" role="status">
        <Icon name="error" />
        <span>{t("No answer: {reason}", { reason: asking.reason })}</span>
      </p>
    );
  }
  if (asking.state === "offline") {
    return (
      <div className="note warn" role="status">
        <Icon name="warning" />
        <span className="grow">
          {answered ? t("Offline: this is the last known answer.") : t("Offline: the server cannot be reached.")}
        </span>
        <Button label={t("Try again")} look="sm" onPress={askAgain} />
      </div>
    );
  }
  if (!answered) return <p className="dim">{t("Asking…")}</p>;
  return asking.state === "asking" ? <p className="small dim asking">{t("Asking… the last answer stays until the new one is here.")}</p> : null;
}

function Head({ doc, walk }: { doc: RuleDocument; walk: Walk }) {
  const broken = breakOf(doc, walk);
  const card = walk.leaf === null ? undefined : nodeById(doc, walk.leaf);
  if (broken || walk.leaf === null) {
    return (
      <div className="row verdict-head">
        <span className="chip warn">
          <Icon name="warning" />
          {broken ? t("breaks off") : t("no group")}
        </span>
        <h3>{broken ? breakWords(doc, broken) : t("Goes to no group: nothing takes this alarm.")}</h3>
      </div>
    );
  }
  return (
    <div className="row verdict-head">
      {card && <Glyph kind={kindOf(card)} />}
      <h3>{goesWords(doc, walk)}</h3>
    </div>
  );
}

function Told({ notify }: { notify: string[] | null }) {
  if (notify === null) return <span className="chip warn">{t("this cannot be said")}</span>;
  if (notify.length > 0) return <b>{notify.join(t(", "))}</b>;
  return (
    <span className="chip warn">
      <Icon name="warning" />
      {t("nobody is told")}
    </span>
  );
}

function memberName(member: string): string {
  if (member.startsWith("tag:")) return t("tag {name}", { name: member.slice("tag:".length) });
  if (member === "alarm_info") return t("alarm info");
  return member === "card" ? t("card") : subjectOf(member, t);
}

function GroupKey({ doc, groupKey }: { doc: RuleDocument; groupKey: Record<string, string> }) {
  return (
    <table className="group-key">
      <caption>{t("Group key: alarms with the same values are merged")}</caption>
      <tbody>
        {Object.entries(groupKey).map(([member, value]) => (
          <tr key={member}>
            <th scope="row">{memberName(member)}</th>
            <td>{member === "card" ? placeTitle(doc, value) : value === "" ? <span className="faint">{t("absent")}</span> : value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** With which alarms this one is merged. */
function Merged({ doc, walk }: { doc: RuleDocument; walk: Walk }) {
  if (!walk.group_key) return null;
  return (
    <section className="sec verdict-more" aria-label={t("Group key")}>
      <GroupKey doc={doc} groupKey={walk.group_key} />
      {walk.estimate && (
        <p className="row small">
          <span className="chip warn">{t("estimate")}</span>
          {t("Smart merging is the service's own: the group key is a guess.")}
        </p>
      )}
    </section>
  );
}

/** Whether what is shown speaks of an earlier alarm or rule, and the new answer is on its way. */
function useBusy(): boolean {
  const document = useEditor(({ history }) => history.present.document);
  return useTest((state) => {
    const awaited = state.faults.length === 0 && !["refused", "offline"].includes(state.asking.state);
    return awaited && !isPresent(state, document);
  });
}

/** The answer: where the alarm goes, who is told, and with which alarms it is merged. */
export function Verdict() {
  const answer = useTest((state) => state.answer);
  const walk = useTest(walkOf);
  const busy = useBusy();
  return (
    <>
      <section className="sec verdict" aria-label={t("Answer")} aria-busy={busy} data-testid="test-verdict">
        <Standing />
        {answer && walk && <Head doc={answer.document} walk={walk} />}
        {walk?.complete && (
          <p className="row told">
            <span className="dim">{t("tells")}</span> <Told notify={walk.notify} />
          </p>
        )}
      </section>
      {answer && walk && <Merged doc={answer.document} walk={walk} />}
      {walk && <FilledResponses walk={walk} />}
    </>
  );
}
