import { t } from "../i18n";
import type { Finding } from "../model/types";
import { heard, unheard } from "./line";

/** What a failed request tells: the members of a problem document, and the whole body for its extensions. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly findings: Finding[],
    readonly body: Record<string, unknown>,
  ) {
    super(detail === "" ? title : detail);
    this.name = "Problem";
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super(t("The server cannot be reached."), { cause });
    this.name = "Unreachable";
  }
}

export type Answer<T> = { data: T; etag: string | null; status: number };
/** `body` is written as JSON; `text` is JSON already and goes as it is. */
export type Sending = { body?: unknown; text?: string; headers?: Record<string, string>; signal?: AbortSignal };
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What a form must carry to be taken for one of this site. */
export function csrfToken(): string {
  const cookie = document.cookie.split("; ").find((item) => item.startsWith("csrftoken="));
  return cookie === undefined ? "" : decodeURIComponent(cookie.slice("csrftoken=".length));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function problemOf(status: number, body: unknown): Problem {
  const members = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const findings = Array.isArray(members.findings) ? (members.findings as Finding[]) : [];
  const title = textOf(members.title) || t("The server refused this without a reason.");
  return new Problem(status, title, textOf(members.detail), findings, members);
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204 || response.status === 304) return null;
  const type = response.headers.get("Content-Type") ?? "";
  if (/^application\/(?:[\w.-]+\+)?json\b/.test(type)) return response.json();
  // A page instead of data: most often the sign-in form after the session ended.
  const title = response.redirected ? t("You are signed out. Sign in again in another tab; your work stays here.") : "";
  throw problemOf(response.redirected ? 401 : response.status, { title });
}

function initOf(method: Method, { body, text, headers, signal }: Sending): RequestInit {
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const sent: Record<string, string> = { Accept: "application/json", ...headers };
  if (method !== "GET") sent["X-CSRFToken"] = csrfToken();
  if (content !== undefined) sent["Content-Type"] = "application/json";
  return {
    method,
    headers: sent,
    credentials: "same-origin",
    ...(content === undefined ? {} : { body: content }),
    ...(signal ? { signal } : {}),
  };
}

/**
 * One request to this server's API. Answers the JSON body, null with 304 when nothing is new; throws Problem for a refusal, Unreachable when there
 * is no answer, and an AbortError when `signal` was aborted.
 */
export async function request<T>(method: Method, path: string, sending: Sending = {}): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(path, initOf(method, sending));
  } catch (error) {
    if (sending.signal?.aborted) throw error;
    unheard();
    throw new Unreachable(error);
  }
  const data = await bodyOf(response).catch((error: unknown) => {
    if (error instanceof Problem) heard(error.status);
    // An answer cut short is no answer.
    throw error instanceof Problem || sending.signal?.aborted ? error : new Unreachable(error);
  });
  heard(response.status);
  if (response.status === 304) return { data: null as T, etag: response.headers.get("ETag"), status: 304 };
  if (!response.ok) throw problemOf(response.status, data);
  return { data: data as T, etag: response.headers.get("ETag"), status: response.status };
}
