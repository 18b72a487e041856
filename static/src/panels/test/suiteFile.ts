import { Problem } from "../../api/client";
import { simulateText } from "../../api/simulate";
import { n, t } from "../../i18n";
import type { Alarm } from "../../model/alarm";
import { mergeCases, readSuite, suiteOf, type Suite, type TestCase } from "../../model/cases";
import type { RuleDocument } from "../../model/types";
import { editor } from "../../store";
import { fileName, fileStem, saveFile } from "../files";
import { readJson, writeJson } from "../jsonText";
import { leavesIn } from "./leaves";
import { useTest, type TestState } from "./testing";

type Read<T> = T | { faults: string[] };

function report(kind: "success" | "error", ...lines: string[]): void {
  useTest.setState({ report: { kind, lines } });
}

function suiteIn(text: string): Read<{ suite: Suite }> {
  const parsed = readJson(text);
  if ("value" in parsed) return readSuite(parsed.value, t);
  const { line, column, expected } = parsed.fault;
  const params = { line, column, expected: t(expected) };
  return { faults: [t("This is no JSON: in line {line}, column {column} there should be {expected}.", params)] };
}

/** The alarm of a case as the server reads it; a text that says what is wrong with it. */
async function alarmOfCase({ alarm }: Suite["cases"][number], doc: RuleDocument): Promise<Alarm | string> {
  try {
    const { alarms } = await simulateText(doc, JSON.stringify(alarm), {}, new AbortController().signal);
    const [only] = alarms;
    if (only && alarms.length === 1) return only;
    return t("a case leads one alarm through the rule, and this holds {count}", { count: alarms.length });
  } catch (error) {
    return error instanceof Problem ? error.message : t("the server cannot be reached to read the alarm");
  }
}

async function readCases(suite: Suite): Promise<Read<{ cases: TestCase[] }>> {
  const { document } = editor.getState().history.present;
  const cases: TestCase[] = [];
  const faults: string[] = [];
  for (const [index, one] of suite.cases.entries()) {
    const alarm = await alarmOfCase(one, document);
    if (typeof alarm === "string") {
      faults.push(t("Case {number} ({name}): {problem}", { number: index + 1, name: one.name, problem: alarm }));
    } else cases.push({ name: one.name, alarm, expect: one.expect });
  }
  return faults.length > 0 ? { faults } : { cases };
}

/** Takes the cases of a suite file in, all or none; the panel then says how it went, with every fault by name. */
export async function importSuite(file: File): Promise<void> {
  const read = suiteIn(await file.text());
  const found = "faults" in read ? read : await readCases(read.suite);
  if ("faults" in found || "faults" in read) {
    const { faults } = found as { faults: string[] };
    report("error", t("{file} was not imported.", { file: file.name }), ...faults);
    return;
  }
  const { cases, assume } = useTest.getState();
  useTest.setState({ cases: mergeCases(cases, found.cases), assume: { ...assume, ...read.suite.assume } });
  report("success", n(found.cases.length, "{count} case imported.", "{count} cases imported."));
}

/** What `groupflow test` would not take: cases that expect a card the rule no longer has. */
function strayCases(doc: RuleDocument, cases: TestState["cases"]): string[] {
  const leaves = leavesIn(doc);
  return cases.filter(({ expect }) => typeof expect.leaf === "string" && !leaves.includes(expect.leaf)).map(({ name }) => name);
}

/** Downloads the cases as a suite of `groupflow test`, for the exported rule beside it. */
export function exportSuite(): void {
  const { document: rule } = editor.getState().history.present;
  const { cases, assume } = useTest.getState();
  const beside = fileName(rule.name, "json");
  const suite = `${fileStem(rule.name)}_suite.json`;
  saveFile(new Blob([`${writeJson(suiteOf(beside, cases, assume))}\n`], { type: "application/json" }), suite);
  const said = t("Exported. Put it beside {rule} and run: groupflow test {suite}", { rule: beside, suite });
  const stray = strayCases(rule, cases);
  const refused = t("It will be refused as long as cases expect cards that are gone: {names}.", { names: stray.join(t(", ")) });
  report("success", said, ...(stray.length > 0 ? [refused] : []));
}
