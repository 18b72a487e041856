import { english, mark, type Message, type Say } from "./say";
import { combineOf, isGroup } from "./tree";
import type { FlowNode, Group, Json, JsonObject, Leaf, Operate, TreeNode } from "./types";

export type LeafWords = { subject: string; verb: string; values: string[] };
export type MergeWords = { by: string; waits: string; tells: string[] };

const SUBJECTS = new Map([
  ["event_name", mark("event name")],
  ["event_severity", mark("severity")],
  ["event_type", mark("event type")],
  ["resource_provider", mark("source")],
  ["resource_type", mark("resource type")],
  ["resource_id", mark("resource id")],
  ["notification_scene", mark("scene")],
]);

const VERBS = { EQUALS: "is", REGEX: "matches", EXIST: "exists" } as const satisfies Record<Operate, string>;

const MERGE_MEMBERS = new Map([
  ["resource_provider", mark("source")],
  ["event_severity", mark("severity")],
  ["resource_type", mark("type")],
  ["tag", mark("all tags")],
]);

const SMART_MEMBERS = new Map([
  ["event_name", mark("event name")],
  ["alarm_info", mark("alarm info")],
  ["tag", mark("tags")],
]);

function word(words: ReadonlyMap<string, Message>, name: string, say: Say): string {
  const known = words.get(name);
  return known === undefined ? name : say(known);
}

/** An attribute's name as people say it; a tag is called by its own name. */
export function subjectOf(key: string, say: Say = english): string {
  return word(SUBJECTS, key, say);
}

export function verbOf(operate: Operate, say: Say = english): string {
  return say(VERBS[operate]);
}

/** What smart merging looks at, as people say it. */
export function smartWord(member: string, say: Say = english): string {
  return word(SMART_MEMBERS, member, say);
}

/** One condition in three parts: "severity", "is", ["Critical", "Major"]. EXIST has no values. */
export function leafWords(leaf: Leaf, say: Say = english): LeafWords {
  const { key, operate, value } = leaf.match;
  return {
    subject: subjectOf(key, say),
    verb: verbOf(operate, say),
    values: operate === "EXIST" ? [] : [...value],
  };
}

/** "all of" or "any of". */
export function groupWords(group: Group, say: Say = english): string {
  return say(group.value === "and" ? "all of" : "any of");
}

/** One condition in a line: "severity is Critical or Major". */
export function leafSentence(leaf: Leaf, say: Say): string {
  const { subject, verb, values } = leafWords(leaf, say);
  // Names out of the document stand apart in every language.
  const asked = SUBJECTS.has(leaf.match.key) ? say("{subject} {verb}", { subject, verb }) : `${subject} ${verb}`.trim();
  return values.length === 0 ? asked : `${asked} ${values.join(` ${say("or")} `)}`;
}

function part(node: TreeNode, say: Say): string {
  if (!isGroup(node)) return leafSentence(node, say);
  return node.nodes.length > 1 ? `(${treeSentence(node, say)})` : treeSentence(node, say);
}

/** The whole tree in one line: "severity is Critical and (team is a or team is b)". */
export function treeSentence(tree: Group, say: Say = english): string {
  if (tree.nodes.length === 0) return say("no condition yet");
  const joiner = say(tree.value === "and" ? "and" : "or");
  return tree.nodes.map((node) => part(node, say)).join(` ${joiner} `);
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function list(words: string[], say: Say): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : say("{most} and {last}", { most: words.slice(0, -1).join(say(", ")), last });
}

function mergesBy(config: JsonObject, say: Say): string {
  const smart = strings(config.ai_group_by);
  if (smart.length > 0) {
    return say("smart: {members}", { members: smart.map((name) => word(SMART_MEMBERS, name, say)).join(say(", ")) });
  }
  const exact = strings(config.group_by);
  if (exact.length === 0) return say("by nothing yet");
  // "all tags" reads best at the end; the order of members means nothing to the service.
  const names = [...exact.filter((name) => name !== "tag"), ...exact.filter((name) => name === "tag")];
  return say("by {members}", {
    members: list(
      names.map((name) => word(MERGE_MEMBERS, name, say)),
      say,
    ),
  });
}

/** A wait of a combineConfig in seconds, null when it is missing or no number. Reads "60" as 60. */
export function secondsOf(value: Json | undefined): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : null;
}

function waits(config: JsonObject, say: Say): string {
  const repeat = secondsOf(config.group_repeat_waiting);
  const spoken = (value: Json | undefined): string => {
    const seconds = secondsOf(value);
    return seconds === null ? "?" : formatSeconds(seconds, say);
  };
  const params = {
    wait: spoken(config.group_wait),
    interval: spoken(config.group_interval),
    repeat: spoken(config.group_repeat_waiting),
  };
  return repeat === 0
    ? say("first after {wait}, then every {interval}, no repeat", params)
    : say("first after {wait}, then every {interval}, repeat {repeat}", params);
}

/** A merge card in words: what it merges by, its three waits, and the notification rules it tells. */
export function mergeWords(config: JsonObject, say: Say = english): MergeWords {
  return { by: mergesBy(config, say), waits: waits(config, say), tells: strings(config.bind_notification_rule_ids) };
}

/** What a merge card says in three lines: what it merges by, its waits, and whom it tells. */
export function settingLines(node: FlowNode, say: Say = english): [by: string, waits: string, tells: string] {
  const { by, waits, tells } = mergeWords(combineOf(node) ?? {}, say);
  return [by, waits, tells.length === 0 ? say("tells nobody") : say("tells {names}", { names: tells.join(say(", ")) })];
}

const UNITS = [
  { seconds: 86400, message: "{count} d", names: /^(?:d|days?|天|日)$/i },
  { seconds: 3600, message: "{count} h", names: /^(?:h|hrs?|hours?|小时|时)$/i },
  { seconds: 60, message: "{count} min", names: /^(?:m|mins?|minutes?|分钟|分)$/i },
  { seconds: 1, message: "{count} s", names: /^(?:s|secs?|seconds?|秒钟|秒)$/i },
] as const;

/** Whole seconds as people write them: "15 s", "10 min", "1 min 30 s", "15 d". */
export function formatSeconds(seconds: number, say: Say = english): string {
  if (!Number.isInteger(seconds) || seconds < 1) return say("{count} s", { count: seconds });
  let rest = seconds;
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) parts.push(say(unit.message, { count }));
  }
  return parts.join(" ");
}

/** Whole seconds of "90", "90s", "10 min", "1 h 30 min", "1.5 h" or "15 天"; null when it is no duration. */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  if (!/^(?:\d+(?:\.\d+)?\s*[^\d\s.]+\s*)+$/u.test(trimmed)) return null;
  let total = 0;
  for (const [, count, name] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([^\d\s.]+)/gu)) {
    const unit = UNITS.find(({ names }) => names.test(name ?? ""));
    if (!unit) return null;
    total += Number(count) * unit.seconds;
  }
  return Number.isInteger(total) ? total : null;
}
