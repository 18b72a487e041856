import type { Finding, Layout, Responses, RuleDocument } from "../model/types";
import { request } from "./client";

export type RuleId = string | number;

export type RuleBody = {
  id: RuleId;
  name: string;
  version: number;
  etag: string;
  digest: string;
  document: RuleDocument;
  layout: Layout;
  responses: Responses;
  message: string;
  author: string;
  created: string;
  findings: Finding[];
};

/** What the server holds now, told with a 412: somebody else saved in between. */
export type CurrentVersion = Pick<RuleBody, "version" | "author" | "created" | "document" | "layout" | "responses">;

export type RuleSending = { document: RuleDocument; layout: Layout; responses: Responses; message: string };
export type CheckBody = { valid: boolean; findings: Finding[] };

function rulePath(id: RuleId): string {
  return `/api/rules/${encodeURIComponent(id)}/`;
}

/** The rule when it is another version than `etag`; null while it is that one. */
export async function getRuleSince(id: RuleId, etag: string): Promise<RuleBody | null> {
  return (await request<RuleBody | null>("GET", rulePath(id), { headers: { "If-None-Match": etag } })).data;
}

/** One version of a rule, whole. Throws Problem 404 when there is none of that number. */
export async function getVersion(id: RuleId, version: number): Promise<RuleBody> {
  return (await request<RuleBody>("GET", `${rulePath(id)}versions/${version}/`)).data;
}

/** Stores a new rule. Throws Problem 409 when the name is taken. */
export async function createRule(rule: RuleSending): Promise<RuleBody> {
  const { data, etag } = await request<RuleBody>("POST", "/api/rules/", { body: rule });
  return { ...data, etag: etag ?? data.etag };
}

/** Stores the next version. Throws Problem 412 when `etag` is no longer the current version's. */
export async function saveRule(id: RuleId, rule: RuleSending, etag: string): Promise<RuleBody> {
  const answer = await request<RuleBody>("PUT", rulePath(id), { body: rule, headers: { "If-Match": etag } });
  return { ...answer.data, etag: answer.etag ?? answer.data.etag };
}

/** What is wrong with a document. Throws Problem 400 with findings when it cannot be read as a rule. */
export async function checkRule(document: RuleDocument, signal?: AbortSignal): Promise<CheckBody> {
  const sending = signal ? { body: document, signal } : { body: document };
  return (await request<CheckBody>("POST", "/api/check/", sending)).data;
}

/** As `checkRule`, of a text as it came: reading it here first would lose doubled members, silently. */
export async function checkText(text: string): Promise<CheckBody> {
  return (await request<CheckBody>("POST", "/api/check/", { text })).data;
}

/** The address of the stored document as the API takes it, for a download link. */
export function exportPath(id: RuleId): string {
  return `${rulePath(id)}export/`;
}
