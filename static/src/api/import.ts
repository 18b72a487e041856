import { t } from "../i18n";
import { Problem, request } from "./client";
import type { RuleBody, RuleId } from "./rules";

/**
 * Stores the rule that a file's text spells and answers its id. The text goes to the server as it is: reading and
 * writing it here would lose doubled members, the order of some members and the digits of large numbers, silently.
 */
export async function importRule(text: string): Promise<RuleId> {
  try {
    // One JSON value, or the text could say more than a document in the body it is put into.
    JSON.parse(text);
  } catch (error) {
    throw new Problem(400, t("This file is not JSON."), error instanceof Error ? error.message : "", [], {});
  }
  return (await request<RuleBody>("POST", "/api/rules/", { text: `{"document":${text}}` })).data.id;
}
