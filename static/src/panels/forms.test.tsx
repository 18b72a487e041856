import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { addCard } from "../model/commands";
import { combineOf, kindOf, nodeById, nodesOf, treeOf } from "../model/rule";
import { editor, openEditor } from "../store";
import { Inspector } from "./Inspector";
import { SelectionForm } from "./late";

function present() {
  return editor.getState().history.present.document;
}

function idOf(kind: string): string {
  const node = nodesOf(present()).find((candidate) => kindOf(candidate) === kind);
  if (!node) throw new Error(`The rule has no ${kind}.`);
  return node.id;
}

beforeAll(() => SelectionForm.preload());
beforeEach(() => {
  // The check answers nothing wrong and nobody is connected: what is tested here are the forms.
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ valid: true, findings: [], results: [] })));
  openEditor({ rule: null, user: { username: "ann", role: "designer" }, can: { edit: true, submit: true }, language: "en", catalog: {} });
});
afterEach(cleanup);

describe("the form of the rule", () => {
  it("takes the name as one step however many letters are typed", () => {
    render(<Inspector />);
    const field = screen.getByTestId("rule-name");
    fireEvent.change(field, { target: { value: "p" } });
    fireEvent.change(field, { target: { value: "pay" } });
    expect(present().name).toBe("pay");
    editor.getState().undo();
    expect(present().name).toBe("");
  });

  it("says while typing which letters a name may have", () => {
    render(<Inspector />);
    fireEvent.change(screen.getByTestId("rule-name"), { target: { value: "pay-core" } });
    expect(screen.getByText("Letters, digits and underscore only")).toBeTruthy();
    fireEvent.change(screen.getByTestId("rule-name"), { target: { value: "pay_" } });
    expect(screen.getByText("No underscore first or last")).toBeTruthy();
  });
});

describe("the form of a condition", () => {
  it("adds conditions up to the limit of a card and then says why not", () => {
    const id = idOf("condition");
    editor.getState().select({ nodes: [id] });
    render(<Inspector />);
    for (let count = 1; count < 10; count += 1) fireEvent.click(screen.getByRole("button", { name: "Condition" }));
    const add = screen.getByRole("button", { name: "Condition" });
    expect(screen.getByText("10 of 10")).toBeTruthy();
    fireEvent.click(add);
    expect(screen.getByRole("tooltip").textContent).toContain("at most 10");
    const node = nodeById(present(), id);
    expect(node && treeOf(node)?.nodes.length).toBe(10);
  });

  it("turns a name as people say it into the API's key", () => {
    const id = idOf("condition");
    editor.getState().select({ nodes: [id] });
    render(<Inspector />);
    const key = screen.getByRole("combobox", { name: "Key of the condition" });
    fireEvent.change(key, { target: { value: "source" } });
    fireEvent.keyDown(key, { key: "Enter" });
    const node = nodeById(present(), id);
    expect(node && treeOf(node)?.nodes[0]).toMatchObject({ match: { key: "resource_provider" } });
  });
});

describe("the form of a merge card", () => {
  beforeEach(() => {
    let id = "";
    editor.getState().apply("add", (draft) => {
      const added = addCard(draft, "combine", null);
      id = added.id;
      return added.draft;
    });
    editor.getState().select({ nodes: [id] });
    render(<Inspector />);
  });

  function config() {
    const node = nodeById(present(), idOf("combine"));
    return node && combineOf(node);
  }

  it("stores a wait written with its unit in seconds", () => {
    fireEvent.change(screen.getByTestId("wait-group_wait"), { target: { value: "10 min" } });
    expect(config()?.group_wait).toBe(600);
  });

  it("says what is no time, and keeps the last one that was", () => {
    fireEvent.change(screen.getByTestId("wait-group_wait"), { target: { value: "soon" } });
    expect(screen.getByText("A time such as 15 s, 10 min or 1 h")).toBeTruthy();
    expect(config()?.group_wait).toBe(15);
  });

  it("says the limit of a wait while it is typed", () => {
    fireEvent.change(screen.getByTestId("wait-group_interval"), { target: { value: "2 s" } });
    expect(screen.getByText("At least 5 s")).toBeTruthy();
  });

  it("replaces exact merging by smart merging and back", () => {
    fireEvent.click(screen.getByRole("radio", { name: /smart/ }));
    expect(config()).not.toHaveProperty("group_by");
    fireEvent.click(screen.getByRole("checkbox", { name: "tags" }));
    expect(config()?.ai_group_by).toEqual(["event_name", "alarm_info"]);
    fireEvent.click(screen.getByRole("radio", { name: "by source and severity" }));
    expect(config()?.group_by).toEqual(["resource_provider", "event_severity"]);
    expect(config()).not.toHaveProperty("ai_group_by");
  });

  it("warns while the card tells nobody", () => {
    expect(screen.getByText("This card tells nobody.")).toBeTruthy();
    const names = screen.getByRole("combobox", { name: "Notification rules" });
    fireEvent.change(names, { target: { value: "oncall" } });
    fireEvent.keyDown(names, { key: "Enter" });
    expect(config()?.bind_notification_rule_ids).toEqual(["oncall"]);
    expect(screen.queryByText("This card tells nobody.")).toBeNull();
  });
});
