import { describe, expect, it } from "vitest";

import { readResponses } from "../../model/responses";
import type { PreparedResponse } from "../../model/types";
import { errorsOf, formOf, newForm, newRow, responseOf, type ResponseForm } from "./form";

const RESPONSE: PreparedResponse = {
  id: "aaaaaaaa",
  title: "Restart",
  task: { type: "RUNBOOK", source: "COMMUNAL", id: "RB2025070814434301497f304", name: "" },
  parameters: { service: "${app}", mode: "$${hard}" },
  run_as: "root",
  timeout: 300,
  success_rate: 90,
  targets: { by: "list", resource_ids: ["i-1"] },
  region: "cn-north-4",
};
const SOUND: ResponseForm = { ...newForm([]), title: "Restart", taskId: "SC202507" };

describe("the form of a response", () => {
  it.each([RESPONSE, responseOf(SOUND), { ...RESPONSE, targets: { by: "none" as const } }])("gives it back as it was", (response) => {
    expect(errorsOf(formOf(response))).toEqual({});
    expect(responseOf(formOf(response))).toEqual(response);
    expect(readResponses({ m: [response] })).toEqual({ m: [response] });
  });

  const row = { ...newRow(), name: "service", value: "" };
  it.each<[string, Partial<ResponseForm>, string]>([
    ["no title", { title: " " }, "title"],
    ["a task id too short", { taskId: "ab" }, "taskId"],
    ["a time that is no number", { timeout: "1e2" }, "timeout"],
    ["too long a time", { timeout: "1801" }, "timeout"],
    ["no rate", { rate: "0" }, "rate"],
    ["machines without an attribute", { placeholder: "i-1" }, "placeholder"],
    ["a list without machines", { by: "list" }, "resources"],
    ["a placeholder cut short", { parameters: [{ ...row, value: "${app" }] }, `value ${row.key}`],
    ["a secret written down", { parameters: [{ ...row, name: "dbPassword", value: "x" }] }, `value ${row.key}`],
    ["a parameter without a name", { parameters: [{ ...row, name: "" }] }, `name ${row.key}`],
  ])("refuses %s at its field", (_, change, field) => {
    expect(Object.keys(errorsOf({ ...SOUND, ...change }))).toEqual([field]);
  });

  it("refuses two parameters of one name at both", () => {
    expect(Object.keys(errorsOf({ ...SOUND, parameters: [row, { ...row, key: "other" }] }))).toHaveLength(2);
  });
});
