import type { Finding } from "../model/types";
import { Problem, Unreachable } from "./client";

type Refusal = { title?: string; detail?: string; findings?: Finding[] };

function csrfToken(): string {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

async function send(body: string): Promise<Response> {
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  try {
    return await fetch("/api/rules/", { method: "POST", headers, credentials: "same-origin", body });
  } catch (error) {
    throw new Unreachable(error);
  }
}

async function refusalOf(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => ({}))) as Refusal;
  const title = said.title ?? "The server refused this without a reason.";
  return new Problem(response.status, title, said.detail ?? "", said.findings ?? [], said);
}

/**
 * Stores the rule that a file's text spells and answers its id. The text goes to the server as it is: reading and
 * writing it here would lose doubled members, the order of some members and the digits of large numbers, silently.
 */
export async function importRule(text: string): Promise<string> {
  try {
    // One JSON value, or the text could say more than a document in the body it is put into.
    JSON.parse(text);
  } catch (error) {
    throw new Problem(400, "This file is not JSON.", error instanceof Error ? error.message : "", [], {});
  }
  const response = await send(`{"document":${text}}`);
  if (!response.ok) throw await refusalOf(response);
  return ((await response.json()) as { id: string }).id;
}
