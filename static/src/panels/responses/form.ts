import { t } from "../../i18n";
import { namesSecret, newResponseId, placeholdersIn, RESPONSE_LIMITS } from "../../model/responses";
import type { PreparedResponse, Targets } from "../../model/types";

export type ParameterRow = { key: string; name: string; value: string };
/** A response while it is typed: every figure a text, every way to name the machines at hand. */
export type ResponseForm = {
  id: string;
  title: string;
  type: string;
  source: string;
  taskId: string;
  taskName: string;
  parameters: ParameterRow[];
  user: string;
  timeout: string;
  rate: string;
  region: string;
  by: Targets["by"];
  attribute: string;
  placeholder: string;
  resources: string[];
};
/** What is wrong, by field; of parameters by `name` or `value` and the row's key. */
export type FormErrors = Record<string, string>;

const MOST_TEXT = 4096;

export function newRow(): ParameterRow {
  return { key: crypto.randomUUID(), name: "", value: "" };
}

/** The form a new response begins with. */
export function newForm(taken: readonly string[]): ResponseForm {
  return {
    id: newResponseId(new Set(taken)),
    title: "",
    type: "SCRIPT",
    source: "CUSTOMIZATION",
    taskId: "",
    taskName: "",
    parameters: [],
    user: "",
    timeout: "",
    rate: "",
    region: "",
    by: "attribute",
    attribute: "resource_id",
    placeholder: "${resource_id}",
    resources: [],
  };
}

export function formOf(response: PreparedResponse): ResponseForm {
  const { id, title, task, targets } = response;
  return {
    ...newForm([]),
    id,
    title,
    type: task.type,
    source: task.source,
    taskId: task.id,
    taskName: task.name,
    parameters: Object.entries(response.parameters).map(([name, value]) => ({ ...newRow(), name, value })),
    user: response.run_as ?? "",
    timeout: response.timeout === undefined ? "" : String(response.timeout),
    rate: response.success_rate === undefined ? "" : String(response.success_rate),
    region: response.region ?? "",
    ...(targets.by === "list" ? { by: targets.by, resources: targets.resource_ids } : targets),
  };
}

function lengthError(text: string, [least, most]: readonly number[]): string | null {
  const length = text.trim().length;
  if (length >= (least ?? 0) && length <= (most ?? 0)) return null;
  return t("{least} to {most} characters", { least: least ?? 0, most: most ?? 0 });
}

function numberError(text: string, [least, most]: readonly number[]): string | null {
  const value = Number(text);
  if (text.trim() === "" || (/^\d+$/.test(text.trim()) && value >= (least ?? 0) && value <= (most ?? 0))) return null;
  return t("A whole number from {least} to {most}, or nothing", { least: least ?? 0, most: most ?? 0 });
}

function templateError(text: string): string | null {
  if (text.length > MOST_TEXT) return t("At most {count} characters", { count: MOST_TEXT });
  return placeholdersIn(text) === null ? t("After ${ there must be the name of an attribute and a }. Write $${ for the signs themselves.") : null;
}

function valueError({ name, value }: ParameterRow): string | null {
  if (value !== "" && namesSecret(name)) return t("Leave this empty: everybody who may read the rule would read it. It is asked for when the alarm is handled.");
  return templateError(value);
}

function nameError({ key, name }: ParameterRow, rows: readonly ParameterRow[]): string | null {
  const twice = rows.some((row) => row.key !== key && row.name.trim() === name.trim());
  return twice ? t("There is a parameter of this name.") : lengthError(name, [1, RESPONSE_LIMITS.nameLength]);
}

function targetErrors({ by, placeholder, resources }: ResponseForm): Record<string, string | null> {
  if (by === "list") return { resources: resources.length === 0 ? t("Name at least one resource.") : null };
  if (by === "none") return {};
  const none = placeholdersIn(placeholder)?.length === 0;
  return { placeholder: none ? t("Name an attribute of the alarm: ${resource_id}.") : templateError(placeholder) };
}

/** What keeps the form from being a response. */
export function errorsOf(form: ResponseForm): FormErrors {
  const limits = RESPONSE_LIMITS;
  const found: Record<string, string | null> = {
    title: lengthError(form.title, [1, limits.titleLength]),
    taskId: lengthError(form.taskId, limits.taskIdLength),
    taskName: lengthError(form.taskName, [0, limits.taskNameLength]),
    user: lengthError(form.user, [0, limits.userLength]),
    timeout: numberError(form.timeout, limits.timeout),
    rate: numberError(form.rate, limits.successRate),
    region: lengthError(form.region, [0, limits.regionLength]),
    ...targetErrors(form),
  };
  for (const row of form.parameters) {
    found[`name ${row.key}`] = nameError(row, form.parameters);
    found[`value ${row.key}`] = valueError(row);
  }
  return Object.fromEntries(Object.entries(found).flatMap(([field, error]) => (error === null ? [] : [[field, error]])));
}

function targetsOf({ by, attribute, placeholder, resources }: ResponseForm): Targets {
  if (by === "list") return { by, resource_ids: resources };
  return by === "none" ? { by } : { by, attribute, placeholder };
}

/** The response a form without errors stands for. */
export function responseOf(form: ResponseForm): PreparedResponse {
  const { user, timeout, rate, region } = form;
  return {
    id: form.id,
    title: form.title.trim(),
    task: { type: form.type, source: form.source, id: form.taskId.trim(), name: form.taskName.trim() },
    parameters: Object.fromEntries(form.parameters.map(({ name, value }) => [name.trim(), value])),
    ...(user.trim() === "" ? {} : { run_as: user.trim() }),
    ...(timeout.trim() === "" ? {} : { timeout: Number(timeout) }),
    ...(rate.trim() === "" ? {} : { success_rate: Number(rate) }),
    targets: targetsOf(form),
    ...(region.trim() === "" ? {} : { region: region.trim() }),
  };
}
