import type { FilledResponse } from "../model/way";
import { request } from "./client";

export type JsonObject = Record<string, unknown>;
export type TaskKind = "PLAN" | "SCRIPT" | "RUNBOOK";
export type TaskSource = "CUSTOMIZATION" | "COMMUNAL";

/** A connection over which alarms can be handled. */
export type Place = { id: string; name: string; coc_region: string; project_id: string; enterprise_project_id: string };
/** An alarm as COC shows it; which members it has is COC's affair. */
export type AlarmFacts = Record<string, string | number | boolean | null>;

export type RunState = "prepared" | "sending" | "started" | "rejected" | "needs_human";
export type Run = {
  id: string;
  state: RunState;
  detail: string;
  alarm_id: string;
  task_type: TaskKind;
  task_id: string;
  task_name: string;
  summary: string;
  machines: number | null;
  batches: number;
  reason: string;
  work_order: string;
  order_state: string;
  order_is_over: boolean;
  settled: { outcome: "ran" | "did_not_run"; by: string; at: string; note: string } | null;
  author: string;
  created: string;
  finished: string | null;
};
export type RunDetail = Run & { order_problem: string | null };

export type DeedKind = "clear" | "incident";
/** One clearing of an alarm, or one making of an incident of it, from here. */
export type Deed = {
  id: string;
  kind: DeedKind;
  state: "sending" | "done" | "rejected" | "unknown";
  detail: string;
  request: JsonObject;
  reason: string;
  author: string;
  created: string;
};

/** One run in COC's own record of an alarm; the state is COC's word. */
export type HistoryEntry = {
  work_order: string;
  task_type: string;
  task_id: string;
  task_name: string;
  status: string;
  by: string;
  start_time: number | null;
  end_time: number | null;
};

export type ShownRequest = { method: string; url: string; headers: Record<string, string>; body: JsonObject };
export type Rehearsal = {
  detail: string;
  summary: string;
  request: ShownRequest;
  /** Null where COC selects them. */
  machines: number | null;
  machine_names: string[];
  batches: number;
  machines_seen: string;
  needs_confirmation: boolean;
  needs_reason: boolean;
  earlier: { id: string; state: RunState; detail: string; task_name: string; task_id: string; author: string; created: string } | null;
  records: HistoryEntry[] | null;
};

export type Listed = { uuid: string; name: string; status?: string; risk_level: string; version: string; description: string; creator: string };

/** Whether it may be run as far as approval goes. Jobs have no such state. */
export function isApproved({ status }: Listed): boolean {
  return status === undefined || status === "" || status === "APPROVED";
}

export type ScriptParameter = { name: string; value: string; description: string; order: number | null; sensitive: boolean };
export type Script = Listed & { content: string; parameters: ScriptParameter[] };
export type Job = Listed & { content: string };
export type Resource = {
  resource_id: string;
  name: string;
  region: string;
  agent: string;
  agent_state: string;
  can_run: boolean;
  target_instance: JsonObject;
  cmdb_instance: JsonObject;
};
/** A response that may fit an alarm. Of `unknown`, which its rule asks for on the way, COC tells nothing. */
export type Candidate = {
  rule: string;
  rule_name: string;
  version: number;
  card: string;
  card_title: string;
  /** Whether the rule would group the alarm at this card. */
  fits: boolean;
  unknown: string[];
  response: FilledResponse;
};
/** A response by the names of its rule and card. */
export type Reference = { rule: string; card: string; response: string };

/** `marker` is empty on the last page. */
export type Page<T> = { results: T[]; marker: string; total?: number | null };
export type Listing = { search: string; marker: string; signal?: AbortSignal };

/** What is sent to run or to rehearse; the members beside these are COC's own. */
export type Handling = JsonObject & { connection: string };

const PAGE = 20;

function alarmPath(alarmId: string, act = ""): string {
  return `/api/alarms/${encodeURIComponent(alarmId)}/${act}`;
}

function cocPath(place: string, what: string): string {
  return `/api/connections/${encodeURIComponent(place)}/coc/${what}/`;
}

async function read<T>(path: string, members: Record<string, string>, signal?: AbortSignal): Promise<T> {
  const query = new URLSearchParams(Object.entries(members).filter(([, value]) => value !== "")).toString();
  return (await request<T>("GET", query === "" ? path : `${path}?${query}`, signal ? { signal } : {})).data;
}

/** An alarm, what was run from here because of it, and who cleared it or made an incident of it. */
export async function getAlarm(alarmId: string, connection: string): Promise<{ alarm: AlarmFacts; actions: Run[]; deeds: Deed[] }> {
  return read(alarmPath(alarmId), { connection });
}

/** What COC's own record of an alarm shows, newest first. */
export async function getHistories(alarmId: string, connection: string): Promise<HistoryEntry[]> {
  return (await read<{ results: HistoryEntry[] }>(alarmPath(alarmId, "histories/"), { connection, limit: "50" })).results;
}

/** What is prepared for an alarm where rules would group it; with a reference that response alone, wherever the alarm goes. */
export async function getResponses(alarmId: string, connection: string, reference?: Reference): Promise<Candidate[]> {
  return (await read<{ results: Candidate[] }>(alarmPath(alarmId, "responses/"), { connection, ...reference })).results;
}

/** What would be run; nothing is sent to COC but questions. */
export async function rehearse(alarmId: string, handling: Handling, signal: AbortSignal): Promise<Rehearsal> {
  return (await request<Rehearsal>("POST", alarmPath(alarmId, "handle/"), { body: { ...handling, dry_run: true }, signal })).data;
}

/** Runs a task. The same key with the same text never runs it twice: repeat both when no answer came. */
export async function handleAlarm(alarmId: string, text: string, idempotencyKey: string): Promise<RunDetail> {
  const headers = { "Idempotency-Key": idempotencyKey };
  return (await request<RunDetail>("POST", alarmPath(alarmId, "handle/"), { text, headers })).data;
}

/** Clears an alarm or makes an incident of it. The same key with the same text never does it twice: repeat both when no answer came. */
export async function doDeed(alarmId: string, kind: DeedKind, text: string, idempotencyKey: string): Promise<Deed> {
  const headers = { "Idempotency-Key": idempotencyKey };
  return (await request<Deed>("POST", alarmPath(alarmId, `${kind}/`), { text, headers })).data;
}

/** A run as it stands; its work order is asked anew, every few seconds at most. */
export async function getRun(id: string): Promise<RunDetail> {
  return read(`/api/alarm-actions/${encodeURIComponent(id)}/`, {});
}

export type Settling = { outcome: "ran" | "did_not_run"; note?: string; work_order?: string };

/** Says what became of a run of which nobody knew; nothing is sent. */
export async function settleRun(id: string, settling: Settling): Promise<RunDetail> {
  return (await request<RunDetail>("POST", `/api/alarm-actions/${encodeURIComponent(id)}/settle/`, { body: settling })).data;
}

/** Scripts or jobs of a place, of one's own or the cloud's. */
export async function listTasks(place: string, kind: "SCRIPT" | "RUNBOOK", source: TaskSource, { search, marker, signal }: Listing): Promise<Page<Listed>> {
  const members = { search, marker, limit: String(PAGE), public: String(source === "COMMUNAL") };
  return read(cocPath(place, kind === "SCRIPT" ? "scripts" : "documents"), members, signal);
}

export async function getScript(place: string, id: string, source: TaskSource): Promise<Script> {
  return read(cocPath(place, `scripts/${encodeURIComponent(id)}`), { public: String(source === "COMMUNAL") });
}

export async function getJob(place: string, id: string, source: TaskSource): Promise<Job> {
  return read(cocPath(place, `documents/${encodeURIComponent(id)}`), { public: String(source === "COMMUNAL") });
}

export async function listResources(place: string, { search, marker, signal }: Listing, limit = 50): Promise<Page<Resource>> {
  return read(cocPath(place, "resources"), { search, marker, limit: String(limit) }, signal);
}

/** The machines of these ids that there are; at most 100 ids. */
export async function findResources(place: string, ids: readonly string[]): Promise<Resource[]> {
  const query = new URLSearchParams([["limit", "100"], ...ids.map((id): [string, string] => ["resource_id", id])]).toString();
  return (await request<Page<Resource>>("GET", `${cocPath(place, "resources")}?${query}`)).data.results;
}
