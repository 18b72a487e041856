import { request } from "./client";
import type { ConnectionId } from "./connections";
import type { RuleId } from "./rules";

export type SubmissionState = "prepared" | "sending" | "succeeded" | "rejected" | "unknown" | "drifted" | "needs_human" | (string & Record<never, never>);

export type Submission = {
  id: string | number;
  state: SubmissionState;
  operation: "update" | "create";
  status: number | null;
  error_code: string | null;
  error_msg: string | null;
  error_type: string | null;
  trace_id: string | null;
  detail: string | null;
  connection: ConnectionId;
  version: number;
  digest: string;
  created: string;
  /** Null while it is under way, here or in the hands of another process. */
  finished: string | null;
  /** How often the rule was sent. */
  attempts: number;
  /** What was over there before, by fingerprint; "absent" for nothing. */
  before: string;
};

/** A look at what is over there, and what a submission would send. */
export type Preview = Submission & {
  comparison: "" | "absent" | "equal" | "differs";
  request: { method: string; url: string; headers: Record<string, string> } | null;
  document: string;
  overwritten: string;
};

/** `expected`: the `before` of a preview; nothing is sent where the rule over there has changed since. */
export type SubmissionSending = { connection: ConnectionId; version: number; expected?: string };

/**
 * Sends a stored version to the cloud. The same key never sends twice: repeat it when no answer came.
 * Throws Problem 422 with findings when the version has errors, 403 when the user may not submit.
 */
export async function submitRule(id: RuleId, sending: SubmissionSending, idempotencyKey: string): Promise<Submission> {
  const headers = { "Idempotency-Key": idempotencyKey };
  return (await request<Submission>("POST", submitPath(id), { body: sending, headers })).data;
}

/** Compares a stored version with what is over there; nothing is sent. */
export async function previewSubmission(id: RuleId, sending: SubmissionSending, signal: AbortSignal): Promise<Preview> {
  return (await request<Preview>("POST", submitPath(id), { body: { ...sending, dry_run: true }, signal })).data;
}

/** The newest submission of a rule, or null. */
export async function latestSubmission(id: RuleId): Promise<Submission | null> {
  const path = `/api/submissions/?rule=${encodeURIComponent(id)}&limit=1`;
  return (await request<{ results: Submission[] }>("GET", path)).data.results[0] ?? null;
}

export async function getSubmission(id: Submission["id"]): Promise<Submission> {
  return (await request<Submission>("GET", `/api/submissions/${encodeURIComponent(id)}/`)).data;
}

/** Reads back what became of a submission that waits for a person; nothing is sent. */
export async function lookAgain(id: Submission["id"]): Promise<Submission> {
  return (await request<Submission>("POST", `/api/submissions/${encodeURIComponent(id)}/look-again/`)).data;
}

function submitPath(id: RuleId): string {
  return `/api/rules/${encodeURIComponent(id)}/submit/`;
}
