import { request } from "./client";
import type { ConnectionId } from "./connections";
import type { RuleId } from "./rules";

export type SubmissionState = "succeeded" | "rejected" | "unknown" | (string & Record<never, never>);

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
  finished: string | null;
};

export type SubmissionSending = { connection: ConnectionId; version: number; dry_run?: boolean };

/**
 * Sends a stored version to the cloud. The same key never sends twice: repeat it when no answer came.
 * Throws Problem 422 with findings when the version has errors, 403 when the user may not submit.
 */
export async function submitRule(id: RuleId, sending: SubmissionSending, idempotencyKey: string): Promise<Submission> {
  const path = `/api/rules/${encodeURIComponent(id)}/submit/`;
  const headers = { "Idempotency-Key": idempotencyKey };
  return (await request<Submission>("POST", path, { body: sending, headers })).data;
}
