import { t } from "../../i18n";
import { expectLeaf, type Expect, type Miss, type TestCase } from "../../model/cases";
import type { Json, RuleDocument } from "../../model/types";
import { subjectOf } from "../../model/words";
import { Button } from "../../parts/Button";
import { FileButton } from "../../parts/FileButton";
import { Icon } from "../../parts/Icon";
import { useEditor } from "../../store";
import { CaseTotals } from "./CaseTotals";
import { LeafSelect } from "./LeafSelect";
import { toldAt } from "./leaves";
import { exportSuite, importSuite } from "./suiteFile";
import { testAlarm, useTest, type Outcome } from "./testing";
import { goesWords, placeTitle } from "./verdictWords";

const ASKED = {
  leaf: "goes to",
  notify: "tells",
  unrouted: "nothing takes it",
  group_key: "group key",
  complete: "its way",
} as const satisfies Record<Miss["what"], string>;

function plain(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function keyWords(doc: RuleDocument, key: Record<string, Json>): string {
  const members = Object.entries(key).map(([member, value]) => {
    const shown = member === "card" ? placeTitle(doc, plain(value)) : plain(value);
    return `${member === "card" ? t("card") : subjectOf(member, t)} = ${shown}`;
  });
  return members.join(t(", "));
}

function valueWords(doc: RuleDocument, what: Miss["what"], value: Json): string {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (what === "leaf") return typeof value === "string" ? placeTitle(doc, value) : t("no group");
  if (Array.isArray(value)) return value.length === 0 ? t("nobody") : value.map(plain).join(t(", "));
  if (typeof value === "object" && value !== null) return keyWords(doc, value);
  return what === "notify" ? t("this cannot be said") : t("none");
}

function MissLine({ miss, outcome }: { miss: Miss; outcome: Outcome }) {
  const document = useEditor(({ history }) => history.present.document);
  if (miss.what === "complete") return <li>{goesWords(document, outcome.walk)}</li>;
  const expected = valueWords(document, miss.what, miss.expected);
  const actual = valueWords(document, miss.what, miss.actual);
  return <li>{t("{what}: expected {expected}, came to {actual}", { what: t(ASKED[miss.what]), expected, actual })}</li>;
}

function CaseMark({ outcome }: { outcome: Outcome | undefined }) {
  if (!outcome) return <span className="result-mark unknown"><Icon name="question" /><span className="hide">{t("not run yet")}</span></span>;
  const passed = outcome.misses.length === 0;
  return (
    <span className={`case-mark ${passed ? "passed" : "failed"}`}>
      <Icon name={passed ? "ok" : "error"} />
      {passed ? t("passed") : t("failed")}
    </span>
  );
}

function setExpect(name: string, expect: Expect): void {
  useTest.setState(({ cases }) => ({ cases: cases.map((one) => (one.name === name ? { ...one, expect } : one)) }));
}

function alsoExpected(doc: RuleDocument, { expect }: TestCase): string {
  const parts = (["notify", "unrouted", "group_key"] as const).flatMap((what) => {
    const value = expect[what];
    return value === undefined ? [] : [`${t(ASKED[what])}: ${valueWords(doc, what, value)}`];
  });
  return parts.join("; ");
}

function CaseRow({ one }: { one: TestCase }) {
  const { name, alarm, expect } = one;
  const document = useEditor(({ history }) => history.present.document);
  const outcome = useTest((state) => state.outcomes.get(name));
  const also = alsoExpected(document, one);
  return (
    <li className="case" data-testid="test-case">
      <div className="row">
        <CaseMark outcome={outcome} />
        <button type="button" className="case-name clip" title={t("Test this alarm")} onClick={() => { testAlarm(alarm); }}>
          {name}
        </button>
        <span className="grow" />
        <Button
          label={t("Delete {name}", { name })}
          icon="trash"
          iconOnly
          look="ghost sm"
          onPress={() => { useTest.setState(({ cases }) => ({ cases: cases.filter((other) => other.name !== name) })); }}
        />
      </div>
      <div className="row small">
        <span className="dim">{t("goes to")}</span>
        <LeafSelect
          label={t("Where {name} is expected to go", { name })}
          leaf={expect.leaf}
          mayBeAny={expect.notify !== undefined}
          onChange={(leaf) => { setExpect(name, expectLeaf(expect, leaf, leaf === undefined ? (expect.notify ?? []) : toldAt(document, leaf))); }}
        />
        {also !== "" && <span className="dim also">{also}</span>}
      </div>
      {outcome && outcome.misses.length > 0 && (
        <ul className="note error misses">
          {outcome.misses.map((miss) => (
            <MissLine key={miss.what} miss={miss} outcome={outcome} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Report() {
  const report = useTest((state) => state.report);
  if (!report) return null;
  return (
    <div className={`note ${report.kind === "error" ? "error" : ""}`} role={report.kind === "error" ? "alert" : "status"} data-testid="suite-report">
      <Icon name={report.kind === "error" ? "error" : "ok"} />
      <ul className="grow">
        {report.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <Button label={t("Dismiss")} icon="x" iconOnly look="ghost sm" onPress={() => { useTest.setState({ report: null }); }} />
    </div>
  );
}

function Standing() {
  const asking = useTest((state) => state.casesAsking);
  const unkept = useTest((state) => state.unkept);
  const words = asking.state === "offline" ? t("Offline: these are the last known results.") : asking.state === "refused" ? t("Not run: {reason}", { reason: asking.reason }) : null;
  return (
    <>
      {words && <p className="note warn"><Icon name="warning" />{words}</p>}
      {unkept && <p className="note warn"><Icon name="warning" />{t("This browser does not keep the cases: export them before you leave.")}</p>}
    </>
  );
}

/** The saved cases of this rule: run on every edit, kept in this browser, taken out and in as a suite. */
export function Cases() {
  const cases = useTest((state) => state.cases);
  return (
    <section className="sec" aria-label={t("Test cases")} data-testid="test-cases">
      <div className="sec-head">
        <h3>{t("Test cases")}</h3>
        <CaseTotals />
        <span className="grow" />
        <FileButton label={t("Import a suite")} iconOnly testId="suite-file" onFile={(file) => void importSuite(file)} />
        <Button
          label={t("Export as a suite")}
          icon="download"
          iconOnly
          look="ghost sm"
          testId="suite-export"
          reason={cases.length === 0 ? t("There is no case yet.") : null}
          onPress={exportSuite}
        />
      </div>
      <Standing />
      <p className="small dim">
        {cases.length === 0
          ? t("Keep an alarm with what is expected of it: it is run again on every edit. Or drop a suite of groupflow test here.")
          : t("Run on every edit. Kept in this browser only: export them to share them.")}
      </p>
      <Report />
      <ul className="cases">
        {cases.map((one) => (
          <CaseRow key={one.name} one={one} />
        ))}
      </ul>
    </section>
  );
}
