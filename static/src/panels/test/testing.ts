import { create } from "zustand";

import { Problem, Unreachable } from "../../api/client";
import { simulate, simulateText, type Simulation } from "../../api/simulate";
import { speak, useUi } from "../../canvas/ui";
import { useWay } from "../../canvas/way";
import { t } from "../../i18n";
import { keysOf, newAlarm, type Alarm } from "../../model/alarm";
import { missesOf, type Assume, type Assumption, type Miss, type TestCase } from "../../model/cases";
import { lineOf } from "../../model/places";
import type { Finding, RuleDocument } from "../../model/types";
import { wayOf, type Walk } from "../../model/way";
import type { EditorStore } from "../../store";
import { readJson, writeJson } from "../jsonText";
import { keepCases, keptCasesOf } from "./keptCases";
import { verdictWords } from "./verdictWords";

/** What is wrong with the pasted alarm: the server's words, or where the text stops being JSON. */
export type AlarmFault = { place: string; message: string; line: number };

/** The last answer, the document it was asked for, and which text or alarm it speaks of. */
export type Answer = Simulation & { document: RuleDocument; of: Alarm | string };

/** How a question stands: "refused" carries the server's words. */
export type AskState = { state: "idle" | "asking" | "current" | "offline" } | { state: "refused"; reason: string };

export type Outcome = { walk: Walk; misses: Miss[] };

export type TestState = {
  mode: "form" | "json";
  alarm: Alarm;
  /** Attributes that keep a field though the alarm does not have them. */
  asked: string[];
  text: string;
  /** The pasted text the alarm of the form came from, to go back to while the alarm is still the same. */
  source: { text: string; chosen: number; alarm: Alarm } | null;
  /** Which of several pasted alarms is led through the rule. */
  chosen: number;
  assume: Assume;
  asking: AskState;
  answer: Answer | null;
  faults: AlarmFault[];
  cases: TestCase[];
  /** How the cases came out, by name. */
  outcomes: ReadonlyMap<string, Outcome>;
  casesAsking: AskState;
  /** Whether the browser refused to keep the cases. */
  unkept: boolean;
  dock: "right" | "bottom";
  /** The first field of the panel is to be focused as soon as it is drawn. */
  focusWish: boolean;
  /** How the last import or export of cases went. */
  report: { kind: "success" | "error"; lines: string[] } | null;
};

function initial(): TestState {
  return {
    mode: "form",
    alarm: newAlarm(),
    asked: ["event_name"],
    text: "",
    source: null,
    chosen: 0,
    assume: {},
    asking: { state: "idle" },
    answer: null,
    faults: [],
    cases: [],
    outcomes: new Map(),
    casesAsking: { state: "idle" },
    unkept: false,
    dock: "right",
    focusWish: false,
    report: null,
  };
}

/** The alarm that is tested, what became of it, and the saved cases; none of it is part of the rule. */
export const useTest = create<TestState>()(initial);

/** What nothing published says about the service, by id, as the page brought it along. */
export let assumptions: Record<string, Assumption> = {};

const PAUSE = 150;

/** The answer to the chosen alarm, while there is one. */
export function walkOf({ answer, chosen }: Pick<TestState, "answer" | "chosen">): Walk | null {
  return answer?.results[chosen] ?? null;
}

/** The alarm that is tested, in the published form; null while what was pasted is not understood. */
export function alarmOf(state: TestState): Alarm | null {
  if (state.mode === "form") return state.alarm;
  return state.answer?.of === state.text ? (state.answer.alarms[state.chosen] ?? null) : null;
}

function faultOf(text: string, { pointer, message, hint }: Finding): AlarmFault {
  const place = pointer.slice("/alarms".length);
  // The server's sentence begins with the place as it was sent; here it stands in front already.
  const words = message.startsWith(pointer) ? message.slice(pointer.length) : message;
  return { place, message: `${words.trim()} ${hint}`.trim(), line: lineOf(text, place) };
}

function isOfAlarm({ pointer }: Finding): boolean {
  return pointer === "/alarms" || pointer.startsWith("/alarms/");
}

type Asked = Pick<TestState, "asking" | "faults"> & { answer?: Answer | null };

function refusal(error: unknown, text: string): Asked {
  if (error instanceof Unreachable) return { asking: { state: "offline" }, faults: [] };
  if (!(error instanceof Problem)) throw error;
  const wrong = error.findings.filter(isOfAlarm);
  if (wrong.length > 0) return { asking: { state: "idle" }, faults: wrong.map((found) => faultOf(text, found)), answer: null };
  return { asking: { state: "refused", reason: error.message }, faults: [], answer: null };
}

function jsonFault(text: string): Asked | null {
  const parsed = readJson(text);
  if ("value" in parsed) return null;
  const { line, column, expected } = parsed.fault;
  const params = { column, expected: t(expected) };
  const message = t("This is no JSON: in column {column} there should be {expected}.", params);
  return { asking: { state: "idle" }, faults: [{ place: "", message, line }], answer: null };
}

/** One question at a time, after a pause; a newer one drops the answer to an older. */
class Asker {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: AbortController | undefined;

  constructor(private readonly ask: (signal: AbortSignal) => Promise<void>) {}

  schedule(): void {
    this.stop();
    this.timer = setTimeout(() => void this.now(), PAUSE);
  }

  /** Asks without the pause; answers once the question is answered or dropped. */
  async now(): Promise<void> {
    this.stop();
    const running = new AbortController();
    this.running = running;
    try {
      await this.ask(running.signal);
    } catch (error) {
      if (!running.signal.aborted) throw error;
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.running?.abort();
  }
}

/** Asks the server about the tested alarm and about the saved cases, again whenever the rule or they change. */
class Tester {
  readonly alarm = new Asker((signal) => this.askAlarm(signal));
  readonly cases = new Asker((signal) => this.askCases(signal));

  constructor(private readonly store: EditorStore) {}

  get isOpen(): boolean {
    return this.store.getState().drawer === "test";
  }

  private get document(): RuleDocument {
    return this.store.getState().history.present.document;
  }

  private async askAlarm(signal: AbortSignal): Promise<void> {
    const { mode, text, alarm, assume } = useTest.getState();
    const { document, responses } = this.store.getState().history.present;
    const fault = mode === "json" ? jsonFault(text) : null;
    useTest.setState(fault ?? { asking: { state: "asking" } });
    if (fault) return;
    try {
      const alarms = mode === "json" ? text : JSON.stringify([alarm]);
      const found = await simulateText(document, alarms, assume, signal, responses);
      if (!signal.aborted) this.accept({ ...found, document, of: mode === "json" ? text : alarm });
    } catch (error) {
      if (!signal.aborted) useTest.setState(refusal(error, text));
    }
  }

  private accept(answer: Answer): void {
    const chosen = Math.min(useTest.getState().chosen, Math.max(0, answer.results.length - 1));
    useTest.setState({ answer, chosen, faults: [], asking: { state: "current" } });
  }

  private async askCases(signal: AbortSignal): Promise<void> {
    const { cases, assume } = useTest.getState();
    useTest.setState({ casesAsking: { state: cases.length === 0 ? "idle" : "asking" } });
    if (cases.length === 0) return;
    try {
      const { results } = await simulate(this.document, cases.map(({ alarm }) => alarm), assume, signal);
      if (signal.aborted) return;
      const outcomes = cases.flatMap(({ name, expect }, index) => {
        const walk = results[index];
        return walk ? [[name, { walk, misses: missesOf(expect, walk) }] as const] : [];
      });
      useTest.setState({ outcomes: new Map(outcomes), casesAsking: { state: "current" } });
    } catch (error) {
      if (!signal.aborted) useTest.setState({ casesAsking: refusal(error, "").asking });
    }
  }
}

let tester: Tester | null = null;

/** What the canvas lights and the live region reads: the present answer, while the panel is open. */
function show(open: boolean): void {
  const { answer, chosen, asking } = useTest.getState();
  const walk = open ? walkOf({ answer, chosen }) : null;
  useWay.setState({ way: answer && walk ? wayOf(answer.document, walk) : null });
  if (answer && walk && asking.state === "current") speak(verdictWords(answer.document, walk));
}

function follow(store: EditorStore, followed: Tester): () => void {
  const unsubscribe = [
    store.subscribe((state, before) => {
      const [now, then] = [state.history.present, before.history.present];
      const edited = now.document !== then.document;
      const prepared = now.responses !== then.responses;
      const opened = followed.isOpen && before.drawer !== "test";
      if (followed.isOpen && (edited || prepared || opened)) followed.alarm.schedule();
      if (edited) followed.cases.schedule();
      if (state.drawer !== before.drawer) show(followed.isOpen);
      if (state.ruleId !== before.ruleId) keepCases(store, useTest.getState().cases);
    }),
    useTest.subscribe((state, before) => {
      const read = state.assume !== before.assume;
      const typed = state.mode === "form" ? state.alarm !== before.alarm : state.text !== before.text;
      if (followed.isOpen && (read || typed || state.mode !== before.mode)) followed.alarm.schedule();
      if (read || state.cases !== before.cases) followed.cases.schedule();
      if (state.cases !== before.cases) useTest.setState({ unkept: !keepCases(store, state.cases) });
      if (state.answer !== before.answer || state.chosen !== before.chosen) show(followed.isOpen);
    }),
    // A field of the inspector is asked for: the panel makes room for it.
    useUi.subscribe(({ fieldWish }) => {
      if (fieldWish !== null && followed.isOpen && useTest.getState().dock === "right") useTest.setState({ dock: "bottom" });
    }),
  ];
  return () => {
    followed.alarm.stop();
    followed.cases.stop();
    for (const end of unsubscribe) end();
  };
}

/** Begins testing the open rule, with the cases this browser keeps for it. Answers how to stop. */
export function beginTesting(store: EditorStore, table: Record<string, Assumption>): () => void {
  assumptions = table;
  tester = new Tester(store);
  useTest.setState({ ...initial(), cases: keptCasesOf(store) }, true);
  const stop = follow(store, tester);
  tester.cases.schedule();
  return stop;
}

/** Asks both questions again, at once: after the server was away. */
export function askAgain(): void {
  void tester?.alarm.now();
  void tester?.cases.now();
}

/** Opens the panel and puts the focus into its first field. */
export function openTest(store: EditorStore): void {
  store.getState().setDrawer("test");
  useTest.setState({ focusWish: true });
}

/** Makes an alarm the tested one, in the form. */
export function testAlarm(alarm: Alarm): void {
  useTest.setState({ mode: "form", alarm, asked: keysOf(alarm), chosen: 0, faults: [] });
}

/** Turns the form into JSON that says the same; text that says it already stays as it was pasted. */
export function toJson(): void {
  const { alarm, source } = useTest.getState();
  if (source?.alarm === alarm) useTest.setState({ mode: "json", text: source.text, chosen: source.chosen });
  else useTest.setState({ mode: "json", text: writeJson(alarm), chosen: 0 });
}

/** Turns the pasted JSON into the form, once the server could read it. */
export async function toForm(): Promise<void> {
  if (alarmOf(useTest.getState()) === null) await tester?.alarm.now();
  const alarm = alarmOf(useTest.getState());
  if (!alarm) return;
  const { text, chosen } = useTest.getState();
  testAlarm(alarm);
  useTest.setState({ source: { text, chosen, alarm } });
}

/** Whether the answer speaks of what stands in the panel and on the canvas right now. */
export function isPresent({ answer, mode, text, alarm }: TestState, document: RuleDocument): boolean {
  return answer?.of === (mode === "json" ? text : alarm) && answer.document === document;
}

/** The answer to what stands in the panel and on the canvas right now; null while it is being asked for. */
export function presentWalk(state: TestState, document: RuleDocument): Walk | null {
  return isPresent(state, document) ? walkOf(state) : null;
}
