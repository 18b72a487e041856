/** The values the editor works on. Documents are the API's own bodies: members this file does not name are kept. */

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type JsonObject = { [member: string]: Json };

export type FlowNode = JsonObject & { id: string; type: string };
export type FlowEdge = JsonObject & { id: string; source: string; target: string };
export type RuleDocument = JsonObject;

/** "unknown" is a node whose type or business type the editor has no card for. It is drawn and kept, not edited. */
export type NodeKind = "start" | "condition" | "combine" | "end" | "unknown";

/** Where an edge leaves a card: "true" and "false" on a condition, "plain" on Start and on a merge card. */
export type Exit = "plain" | "true" | "false";

/** One exit of one card. */
export type ExitRef = { id: string; exit: Exit };

/** Upper left corner of a card, in whole canvas pixels. */
export type Point = { x: number; y: number };
export type Size = { width: number; height: number };
export type Layout = { nodes: Record<string, Point> };

/** What a prepared response runs. */
export type Task = { type: string; source: string; id: string; name: string };
/** On what it runs: what is found by an attribute of the alarm, known resources, or nothing of its own. */
export type Targets =
  | { by: "attribute"; attribute: string; placeholder: string }
  | { by: "list"; resource_ids: string[] }
  | { by: "none" };
/** A form that is filled for whoever handles an alarm; texts hold placeholders such as ${resource_id}. */
export type PreparedResponse = {
  id: string;
  title: string;
  task: Task;
  parameters: Record<string, string>;
  run_as?: string;
  timeout?: number;
  success_rate?: number;
  targets: Targets;
  region?: string;
};
/** By card id; no list is empty. */
export type Responses = Record<string, PreparedResponse[]>;

/**
 * What one edit changes and one undo brings back: the document, where its cards stand, and what is prepared on them
 * (absent where nothing is). Never mutated.
 */
export type Draft = { document: RuleDocument; layout: Layout; responses?: Responses };

export type Severity = "error" | "warning" | "info";

/** One step of a JSON Patch (RFC 6902). */
export type Operation = { op: "test" | "add" | "replace"; path: string; value: Json } | { op: "remove"; path: string };
/** A mend that is certain, what it does in words. */
export type Fix = { title: string; patch: Operation[] };

/** One remark of the server's check. `pointer` is a JSON pointer into the document ("" for the whole of it). */
export type Finding = {
  code: string;
  severity: Severity;
  message: string;
  hint: string;
  pointer: string;
  nodes: string[];
  edges: string[];
  /** Absent where the server sought none. */
  fixes?: Fix[];
};

export type Operate = "EQUALS" | "REGEX" | "EXIST";
export type Joiner = "and" | "or";
export type Match = JsonObject & { key: string; operate: Operate; value: string[] };
export type Leaf = JsonObject & { id: string; type: "text" | "numerical"; match: Match };
export type Group = JsonObject & { id: string; type: "bool"; value: Joiner; nodes: TreeNode[] };
export type TreeNode = Group | Leaf;
