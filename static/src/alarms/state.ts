import { create } from "zustand";

import {
  getAlarm,
  getHistories,
  getJob,
  getScript,
  handleAlarm,
  isApproved,
  rehearse,
  settleRun,
  type AlarmFacts,
  type Candidate,
  type Deed,
  type Handling,
  type HistoryEntry,
  type Job,
  type Place,
  type Reference,
  type Rehearsal,
  type Run,
  type RunDetail,
  type Script,
  type Settling,
  type TaskKind,
} from "../api/alarms";
import { Problem, Unreachable } from "../api/client";
import { n, t } from "../i18n";
import { follow } from "./following";
import { defined, FORM, listIn, NO_TARGETS, parametersOf, stepNames, type At, type Form, type Task } from "./form";
import { rememberPlan } from "./plans";
import { alarmFault, bodyOf, faultsOf, fieldAt, sensitiveIn, type Fault } from "./request";

export type Bootstrap = {
  connections: Place[];
  can: { handle: boolean; handle_many: boolean; manage: boolean };
  most_machines: number;
  language: string;
  catalog: Record<string, string>;
};

/** What is known of the alarm. */
export type Looked =
  | { state: "none" }
  | { state: "looking" }
  | { state: "failed"; reason: string }
  | { state: "found"; alarm: AlarmFacts; actions: Run[]; deeds: Deed[]; histories: HistoryEntry[]; unread: string };

/** What the server says of the form as it stands. `text` is what was asked about. */
export type Rehearsed =
  | { state: "none" }
  | { state: "asking" | "ready" | "failed"; text: string; answer: Rehearsal | null; reason: string };

/** What is being run: the very text and key, kept until an answer came. */
export type Intent = { alarm: string; text: string; key: string };

/** Why a run was refused; `changed` where machines are not as they were shown. */
export type Refused = { text: string; run: string | null; changed: boolean };

/** What COC says of the chosen script or job. `id` tells of which. */
export type Definition = { id: string; state: "none" | "reading" | "here" | "failed"; reason: string; content: string };

/** What is prepared for the alarm. */
export type Prepared = { state: "none" | "reading" } | { state: "failed"; reason: string } | { state: "here"; candidates: Candidate[] };

/** A response that is or was put into the form, for which alarm, and what a person should know of it. */
export type Filling = { key: string; alarm: string; state: "filling" | "filled" | "over"; sentences: string[] };

export type AlarmsState = {
  boot: Bootstrap;
  connection: string;
  alarmId: string;
  /** The alarm that was looked up. */
  alarm: string;
  looked: Looked;
  /** The response that the address names, until it was used. */
  wanted: Reference | null;
  prepared: Prepared;
  filling: Filling | null;
  /** How often the form was replaced as a whole: its parts begin anew. */
  replaced: number;
  form: Form;
  definition: Definition;
  /** Whose targets are shown. */
  at: At;
  /** Whether faults are shown that nobody asked about yet. */
  strict: boolean;
  /** Faults the server found. */
  told: Fault[];
  rehearsed: Rehearsed;
  reason: string;
  confirmed: string;
  sending: boolean;
  intent: Intent | null;
  refused: Refused | null;
  outcome: RunDetail | null;
  settling: Run | null;
  spoken: string;
  /** The connection that the address names and that is none to handle alarms over; empty otherwise. */
  strange: string;
};

const BOOT: Bootstrap = { connections: [], can: { handle: false, handle_many: false, manage: false }, most_machines: 1, language: "en", catalog: {} };

const NO_DEFINITION: Definition = { id: "", state: "none", reason: "", content: "" };
const FIRST_STEP: At = { step: 0, within: null };

export const useAlarms = create<AlarmsState>()(() => ({
  boot: BOOT,
  connection: "",
  alarmId: "",
  alarm: "",
  looked: { state: "none" },
  wanted: null,
  prepared: { state: "none" },
  filling: null,
  replaced: 0,
  form: FORM,
  definition: NO_DEFINITION,
  at: FIRST_STEP,
  strict: false,
  told: [],
  rehearsed: { state: "none" },
  reason: "",
  confirmed: "",
  sending: false,
  intent: null,
  refused: null,
  outcome: null,
  settling: null,
  spoken: "",
  strange: "",
}));

const { getState, setState } = useAlarms;

export function say(spoken: string): void {
  setState({ spoken });
}

export function reasonOf(error: unknown): string {
  if (error instanceof Problem || error instanceof Unreachable) return error.message;
  throw error;
}

export function placeOf({ boot, connection }: AlarmsState): Place | null {
  return boot.connections.find(({ id }) => id === connection) ?? null;
}

/** Opens the page with what the server put on it and what its address asks for. */
export function openAlarms(boot: Bootstrap, address: URLSearchParams): void {
  const wanted = address.get("connection") ?? "";
  const named = boot.connections.find(({ id, name }) => id === wanted || name === wanted);
  const found = named ?? boot.connections[0];
  const strange = wanted === "" || named ? "" : wanted;
  setState({ boot, strange, alarmId: (address.get("alarm") ?? "").trim(), connection: found?.id ?? "", form: emptyForm(found), wanted: referenceIn(address) });
  // Nobody said that another connection would do.
  if (found && strange === "" && alarmFault(getState().alarmId) === null) void lookUp();
}

function referenceIn(address: URLSearchParams): Reference | null {
  const [rule, card, response] = ["rule", "card", "response"].map((name) => address.get(name) ?? "");
  return rule && card && response ? { rule, card, response } : null;
}

/** Keeps in the address what a reload needs: the alarm, its connection, and a response that was not used yet. */
export function tellAddress(): void {
  const { alarm, connection, wanted } = getState();
  window.history.replaceState(null, "", `?${new URLSearchParams({ alarm, connection, ...wanted }).toString()}`);
}

/** An empty form for a place. An enterprise project that stands for all of them is none to run in. */
export function emptyForm(place: Place | undefined): Form {
  const project = place?.enterprise_project_id ?? "";
  return project === "" || project === "all_granted_eps" ? FORM : { ...FORM, enterpriseProject: project };
}

/** Over another connection everything is another: the alarm's record, scripts, machines. */
export function chooseConnection(connection: string): void {
  lookups += 1;
  const place = getState().boot.connections.find(({ id }) => id === connection);
  setState({ connection, form: emptyForm(place), looked: { state: "none" }, alarm: "", at: FIRST_STEP, outcome: null, refused: null, strange: "" });
  setState({ definition: NO_DEFINITION });
  planRehearsal();
}

let lookups = 0;
let refreshes = 0;

/** Asks COC what it knows of the alarm, and both records what was run on it. */
export async function lookUp(): Promise<void> {
  const { connection, alarmId, alarm } = getState();
  setState({ strange: "" });
  const wanted = alarmId.trim();
  if (alarmFault(wanted) !== null || connection === "") {
    setState({ alarmId: wanted, strict: true });
    focusField("alarm");
    return;
  }
  lookups += 1;
  const mine = lookups;
  if (wanted !== alarm) setState({ outcome: null, refused: null, reason: "", confirmed: "" });
  setState({ alarmId: wanted, alarm: wanted, looked: { state: "looking" } });
  tellAddress();
  const looked = await found(wanted, connection);
  // A slower answer to an earlier question must not replace a later one.
  if (mine !== lookups) return;
  setState({ looked });
  say(lookedWords(looked));
  planRehearsal();
}

async function found(alarmId: string, connection: string): Promise<Looked> {
  try {
    const { alarm, actions, deeds } = await getAlarm(alarmId, connection);
    const record = await getHistories(alarmId, connection).then(
      (histories) => ({ histories, unread: "" }),
      (error: unknown) => ({ histories: [], unread: reasonOf(error) }),
    );
    return { state: "found", alarm, actions, deeds, ...record };
  } catch (error) {
    return { state: "failed", reason: reasonOf(error) };
  }
}

function lookedWords(looked: Looked): string {
  if (looked.state === "failed") return looked.reason;
  if (looked.state !== "found") return "";
  const count = ranBefore(looked).length;
  return n(count, "Alarm found; {count} run on it before", "Alarm found; {count} runs on it before");
}

/** One line of what was run on an alarm: of our record, or of COC's where it knows more. */
export type Before = { id: string; run: Run | null; entry: HistoryEntry | null };

/** Both records as one: a run of ours that COC knows too stands once. */
export function ranBefore(looked: Looked): Before[] {
  if (looked.state !== "found") return [];
  const { actions, histories } = looked;
  const known = new Set(actions.map(({ work_order }) => work_order).filter((order) => order !== ""));
  const ours = actions.map((run) => ({ id: run.id, run, entry: histories.find(({ work_order }) => work_order !== "" && work_order === run.work_order) ?? null }));
  const others = histories.filter(({ work_order }) => !known.has(work_order)).map((entry, at) => ({ id: `coc-${at}-${entry.work_order}`, run: null, entry }));
  return [...ours, ...others];
}

/** Changes the form; what the server said of the old one is no longer said. */
export function edit(change: Partial<Form>): void {
  setState(({ form }) => ({ form: { ...form, ...change }, told: [], refused: null }));
  planRehearsal();
}

/** Puts another form in the place of the one there was, as if nothing had been chosen or run yet. */
export function replaceForm(form: Form): void {
  setState(({ replaced }) => ({ replaced: replaced + 1, definition: NO_DEFINITION, at: FIRST_STEP, strict: false }));
  setState({ outcome: null, reason: "", confirmed: "" });
  edit(form);
}

/** Another kind of task; what was chosen for the old one goes. */
export function chooseKind(kind: TaskKind): void {
  const { id, name, source, sub, parameters, tasks, vars, mode, steps } = FORM;
  const [first] = getState().form.steps;
  setState({ definition: NO_DEFINITION, at: FIRST_STEP, strict: false });
  edit({ kind, id, name, source, sub, parameters, tasks, vars, mode, steps: first ? [{ ...first, within: [] }] : steps });
}

/** Forgets what the plan was said to run. */
export function forgetSub(): void {
  setState({ definition: NO_DEFINITION });
  edit({ sub: FORM.sub, parameters: [] });
}

/** Takes a script or job for what is run, or for what the plan runs, and asks what it needs. */
export function chooseTask(kind: "SCRIPT" | "RUNBOOK", task: Task): void {
  if (getState().form.kind === "PLAN") edit({ sub: { ...task, kind }, parameters: [] });
  else edit({ ...task, parameters: [] });
  void define(kind, task);
}

/** Reads what a script or job needs. A slower answer about one that is no longer chosen is dropped. */
export async function define(kind: "SCRIPT" | "RUNBOOK", { id, source }: Task): Promise<void> {
  const { connection } = getState();
  setState({ definition: { id, state: "reading", reason: "", content: "" } });
  planRehearsal();
  const isChosen = (): boolean => getState().definition.id === id && getState().connection === connection;
  try {
    const change = kind === "SCRIPT" ? scriptChange(await getScript(connection, id, source)) : jobChange(await getJob(connection, id, source));
    if (!isChosen()) return;
    const { content, refusal } = change;
    setState({ definition: { id, state: refusal === "" ? "here" : "failed", reason: refusal, content } });
    edit(change.form);
  } catch (error) {
    if (isChosen()) setState({ definition: { id, state: "failed", reason: reasonOf(error), content: "" } });
  }
}

/** What a definition makes of the form; `refusal` says why it cannot be run. */
type Change = { content: string; form: Partial<Form>; refusal: string };

/** Values that were typed or prepared already stay. */
function scriptChange(script: Script): Change {
  const { name, content } = script;
  const parameters = defined(getState().form.parameters, parametersOf(script.parameters));
  const refusal = isApproved(script) ? "" : t("The script {name} is not approved yet: have it approved in COC, then try again.", { name });
  return { content, form: { ...nameChange(name), parameters }, refusal };
}

/** A task that was prepared by its id alone is called as COC calls it. */
function nameChange(name: string): Partial<Form> {
  const { form } = getState();
  return form.kind !== "PLAN" && form.name === "" ? { name } : {};
}

function jobChange({ name, content }: Job): Change {
  const { form } = getState();
  const names = listIn(form.tasks) === null ? stepNames(content) : [];
  const steps = names.map((name, at) => ({ name, targets: form.steps[at]?.targets ?? NO_TARGETS, within: [] }));
  return { content, form: { ...nameChange(name), ...(steps.length > 0 ? { steps } : {}) }, refusal: "" };
}

/** What is wrong with the field, where that is to be shown; null for nothing. */
export function faultAt(field: string): (state: AlarmsState) => string | null {
  return ({ form, strict, told, alarmId }) => {
    const server = told.find((fault) => fault.field === field);
    if (server) return server.text;
    if (field === "alarm") return strict || alarmId !== "" ? alarmFault(alarmId.trim()) : null;
    const fault = faultsOf(form).find((each) => each.field === field);
    if (!fault) return null;
    // What is empty since nobody came to it yet is no mistake; what was typed wrong is told at once.
    return strict || !WAITING.has(field) ? fault.text : null;
  };
}

const WAITING: ReadonlySet<string> = new Set(["task", "plan-id", "plan-name", "machines", "tasks"]);

/** Brings the focus to a part of the page, unless it is somewhere: what had it may just have gone. */
export function keepFocus(part: string): void {
  requestAnimationFrame(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>(`[data-part="${part}"]`)?.focus();
  });
}

/** Brings the focus to a field at fault, once it is drawn. */
export function focusField(field: string): void {
  requestAnimationFrame(() => {
    const target = document.querySelector<HTMLElement>(`[data-field="${field}"]`);
    const control = target?.matches("input, select, textarea, button") ? target : target?.querySelector<HTMLElement>("input:not(:disabled), button, select, textarea");
    (control ?? target)?.focus();
  });
}

export function handlingOf(state: AlarmsState): Handling | null {
  const place = placeOf(state);
  if (!place) return null;
  const sensitive = sensitiveIn(state.form);
  return { connection: place.id, ...bodyOf(state.form, place.project_id), ...(sensitive.length > 0 ? { sensitive } : {}) };
}

/** Milliseconds after the last change before the server is asked. */
const PAUSE = 500;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | null = null;

/** Has the server say, after a moment, what the form would do. */
export function planRehearsal(): void {
  clearTimeout(timer);
  asking?.abort();
  const state = getState();
  const handling = handlingOf(state);
  const { boot, alarm, rehearsed } = state;
  if (!handling || !boot.can.handle || alarm === "" || formFaults(state).length > 0) {
    setState({ rehearsed: { state: "none" } });
    return;
  }
  const answer = rehearsed.state === "none" ? null : rehearsed.answer;
  const text = JSON.stringify(handling);
  setState({ rehearsed: { state: "asking", text, answer, reason: "" } });
  timer = setTimeout(() => void ask(alarm, handling, text), PAUSE);
}

async function ask(alarm: string, handling: Handling, text: string): Promise<void> {
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await rehearse(alarm, handling, signal);
    if (signal.aborted) return;
    setState({ rehearsed: { state: "ready", text, answer, reason: "" } });
    say(answer.summary);
  } catch (error) {
    if (signal.aborted) return;
    setState({ rehearsed: { state: "failed", text, answer: null, reason: reasonOf(error) }, told: faultsIn(error) });
    say(reasonOf(error));
  }
}

function faultsIn(error: unknown): Fault[] {
  const errors = error instanceof Problem ? error.body.errors : null;
  if (!Array.isArray(errors)) return [];
  return (errors as { pointer: string; detail: string }[]).map(({ pointer, detail }) => ({ field: fieldAt(pointer), text: detail }));
}

/** What is wrong with the form, a script included whose parameters nobody knows. */
function formFaults({ form, definition }: AlarmsState): Fault[] {
  if (definition.state !== "reading" && definition.state !== "failed") return faultsOf(form);
  return [{ field: "task", text: definition.state === "reading" ? t("What it needs is still being read.") : t("What it needs could not be read.") }, ...faultsOf(form)];
}

/** What still keeps the run from being sent, the first of it first. */
export function hindrances(state: AlarmsState): Fault[] {
  const { rehearsed, reason, confirmed } = state;
  const wrong = state.alarm === "" ? t("Look up an alarm first.") : null;
  const faults = [...(wrong === null ? [] : [{ field: "alarm", text: wrong }]), ...formFaults(state), ...state.told];
  if (faults.length > 0 || rehearsed.state !== "ready" || !rehearsed.answer) return faults;
  const { needs_reason, needs_confirmation, machines } = rehearsed.answer;
  if (needs_reason && reason.trim() === "") faults.push({ field: "reason", text: t("Say why it is run once more.") });
  if (needs_confirmation && confirmed.trim() !== String(machines)) {
    faults.push({ field: "confirmed", text: n(machines ?? 0, "It runs on {count} machine: type this number.", "It runs on {count} machines: type this number.") });
  }
  return faults;
}

/** Runs what the form says, unless something is missing: then the first such field gets the focus. */
export function run(): void {
  const state = getState();
  if (state.sending || state.intent || state.outcome) return;
  setState({ strict: true });
  const [first] = hindrances(state);
  if (first) {
    say(first.text);
    focusField(first.field);
    return;
  }
  const { rehearsed } = state;
  const handling = handlingOf(state);
  // What is run is what was told, to the letter.
  if (rehearsed.state !== "ready" || !rehearsed.answer || !handling || rehearsed.text !== JSON.stringify(handling)) return;
  const { machines, machines_seen, needs_confirmation } = rehearsed.answer;
  const body = {
    ...handling,
    machines_seen,
    ...(state.reason.trim() === "" ? {} : { reason: state.reason.trim() }),
    ...(needs_confirmation && machines !== null ? { confirmed_machines: machines } : {}),
  };
  void send({ alarm: state.alarm, text: JSON.stringify(body), key: crypto.randomUUID() });
}

/** Asks again for the outcome of what was sent without an answer: the same key, so that nothing runs twice. */
export function askAgain(): void {
  const { intent, sending } = getState();
  if (intent && !sending) void send(intent, true);
}

async function send(intent: Intent, again = false): Promise<void> {
  setState({ intent, sending: true, refused: null });
  say(t("Sending…"));
  keepFocus("run-state");
  try {
    const outcome = await handleAlarm(intent.alarm, intent.text, intent.key);
    setState({ sending: false, intent: null, outcome });
    say(outcome.detail);
    keepFocus("run-state");
    afterRun(outcome);
  } catch (error) {
    refusedWith(error, again);
  }
}

function afterRun(outcome: RunDetail): void {
  const { form, connection } = getState();
  if (form.kind === "PLAN" && outcome.state !== "rejected") rememberPlan(connection, form);
  void refreshBefore();
  follow(outcome, (seen) => {
    if (getState().outcome?.id !== seen.id) return false;
    if (seen.order_state !== getState().outcome?.order_state) say(orderWords(seen.order_state));
    setState({ outcome: seen });
    if (seen.order_is_over) void refreshBefore();
    return true;
  });
}

/** Whether it may have been sent all the same: nobody answered, or not this server, or it lost count; or, asked again, it is still at it. */
export function isOpen(error: unknown, again: boolean): boolean {
  if (!(error instanceof Problem)) return error instanceof Unreachable;
  const { alarm_action, alarm_deed, state } = error.body;
  const isRecorded = (alarm_action ?? alarm_deed) !== undefined && state === undefined;
  if (error.status < 500) return again && isRecorded;
  return isRecorded || error.status === 500 || error.body.status === undefined;
}

/** A plain refusal ends the intent; where it may have been sent all the same it is kept, with its key. */
function refusedWith(error: unknown, again: boolean): void {
  const text = reasonOf(error);
  const open = isOpen(error, again);
  const body = error instanceof Problem ? error.body : {};
  const earlier = body.earlier as { id?: string } | null | undefined;
  const id = typeof body.alarm_action === "string" ? body.alarm_action : (earlier?.id ?? null);
  setState(({ intent }) => ({
    sending: false,
    intent: open ? intent : null,
    told: faultsIn(error),
    refused: { text, run: id, changed: Array.isArray(body.differences) },
  }));
  say(text);
  keepFocus("run-state");
  if (!open) planRehearsal();
}

/** Reads both records of the alarm again. */
export async function refreshBefore(): Promise<void> {
  const { alarm, connection, looked } = getState();
  if (alarm === "") return;
  refreshes += 1;
  const mine = `${lookups} ${refreshes}`;
  const fresh = await found(alarm, connection);
  // Whoever asked later, or for another alarm, has the newer answer.
  if (mine === `${lookups} ${refreshes}` && (fresh.state === "found" || looked.state !== "found")) setState({ looked: fresh });
}

/** Puts the outcome away: another run is prepared with the same form, and begins with no confirmation. */
export function startOver(): void {
  setState({ outcome: null, intent: null, refused: null, reason: "", confirmed: "", strict: false });
  planRehearsal();
  focusField("kind");
}

/** Gives up asking for an outcome; the record keeps it. */
export function letGo(): void {
  startOver();
  void refreshBefore();
}

/** Writes down what a person found out. Throws Problem and Unreachable. */
export async function settle(run: Run, settling: Settling): Promise<void> {
  const settled = await settleRun(run.id, settling);
  setState(({ outcome }) => ({ settling: null, outcome: outcome?.id === settled.id ? settled : outcome }));
  say(settled.detail);
  await refreshBefore();
  keepFocus("before");
  planRehearsal();
}

/** The state of a work order in words; what COC calls otherwise is shown as it is. */
export function orderWords(state: string): string {
  switch (state.toUpperCase()) {
    case "":
      return "";
    case "READY":
      return t("waiting");
    case "PROCESSING":
    case "RUNNING":
      return t("running");
    case "PAUSED":
      return t("paused: it asks in COC whether to go on");
    case "FINISHED":
    case "SUCCESS":
      return t("finished");
    case "ABNORMAL":
    case "FAILED":
      return t("failed");
    case "CANCELED":
      return t("cancelled");
    default:
      return state;
  }
}
