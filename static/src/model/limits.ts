import limits from "./limits.json";

export type WaitName = "group_wait" | "group_interval" | "group_repeat_waiting";

export type Limits = {
  conditionCards: number;
  conditionsPerCard: number;
  nameLength: number;
  descLength: number;
  /** Of the note that a version is saved with. */
  messageLength: number;
  regexLength: number;
  namePattern: string;
  /** Least and most seconds, both included. */
  waits: Record<WaitName, readonly [number, number]>;
  severities: readonly string[];
  scenes: readonly string[];
  groupByChoices: readonly (readonly string[])[];
  aiGroupBy: readonly string[];
  operators: readonly string[];
  /** Attributes of an alarm that are not tags. */
  ownAttributes: readonly string[];
};

/** What the service accepts. The server judges; the forms use these figures while the user types. */
export const LIMITS: Limits = { ...limits, waits: limits.waits as unknown as Limits["waits"] };
