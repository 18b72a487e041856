import { isObject, kindOf, nodeById } from "./graph";
import { LIMITS } from "./limits";
import { order } from "./outline";
import { combineOf, leavesOf, treeOf } from "./tree";
import type { FlowNode, Json, JsonObject, RuleDocument } from "./types";

/** An alarm in the published form: `metadata` holds its attributes and tags; members the form does not show are kept. */
export type Alarm = JsonObject;

export type Scene = "notify_triggered" | "notify_resolved";

/** A field of the form, and the cards that read the attribute. */
export type AlarmField = { key: string; readBy: string[] };

const SCENE = "notification_scene";
const SEVERITY = "event_severity";
/** Members a merge card groups by that are no attribute by themselves. */
const NO_ATTRIBUTE = ["tag", "alarm_info"];

/** The alarm a test begins with. */
export function newAlarm(): Alarm {
  return { metadata: { [SEVERITY]: "Critical" } };
}

function metadataOf(alarm: Alarm): JsonObject {
  return isObject(alarm.metadata) ? alarm.metadata : {};
}

/** An attribute as text; "" when the alarm does not have it. */
export function attributeOf(alarm: Alarm, key: string): string {
  const metadata = metadataOf(alarm);
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The alarm with an attribute set; an empty text takes it out, since empty and absent are the same. */
export function setAttribute(alarm: Alarm, key: string, text: string): Alarm {
  if (attributeOf(alarm, key) === text) return alarm;
  const metadata = { ...metadataOf(alarm), [key]: text };
  const kept = Object.entries(metadata).filter(([name]) => name !== key || text !== "");
  return { ...alarm, metadata: Object.fromEntries(kept) };
}

function hasEnded({ ends_at }: Alarm): boolean {
  return ![undefined, null, 0, "", "0"].includes(ends_at as never);
}

/** Whether the alarm is raised or cleared: its own word, else whether it has ended. */
export function sceneOf(alarm: Alarm): string {
  return attributeOf(alarm, SCENE) || (hasEnded(alarm) ? "notify_resolved" : "notify_triggered");
}

/** The alarm raised or cleared; one without an end gets `now` (ms since 1970) as its end. */
export function setScene(alarm: Alarm, scene: Scene, now: number): Alarm {
  if (sceneOf(alarm) === scene) return alarm;
  if (attributeOf(alarm, SCENE) !== "") return setAttribute(alarm, SCENE, scene);
  return { ...alarm, ends_at: scene === "notify_triggered" ? 0 : now };
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function keysRead(node: FlowNode): string[] {
  const tree = kindOf(node) === "condition" ? treeOf(node) : null;
  if (tree) return leavesOf(tree).map(({ match }) => match.key);
  const config = kindOf(node) === "combine" ? combineOf(node) : null;
  const members = config ? [...textsOf(config.group_by), ...textsOf(config.ai_group_by)] : [];
  return members.filter((member) => !NO_ATTRIBUTE.includes(member));
}

/** The entries of a legacy rule, each with the place it is known by. */
export function entriesOf(doc: RuleDocument): { id: string; keys: string[] }[] {
  const entries = Array.isArray(doc.detail) ? doc.detail : [];
  return entries.map((entry, index) => {
    const matches = isObject(entry) && Array.isArray(entry.match) ? entry.match : [];
    const keys = matches.flatMap((match) => (isObject(match) && typeof match.key === "string" ? [match.key] : []));
    return { id: `/detail/${index}`, keys };
  });
}

/** Which cards (of a legacy rule: which entries) read which attribute, in the order an alarm meets them. */
export function readersOf(doc: RuleDocument): Map<string, string[]> {
  const nodes = order(doc).flatMap((id) => nodeById(doc, id) ?? []);
  const places = [...nodes.map((node) => ({ id: node.id, keys: keysRead(node) })), ...entriesOf(doc)];
  const readers = new Map<string, string[]>();
  for (const { id, keys } of places) {
    for (const key of new Set(keys)) if (key !== "") readers.set(key, [...(readers.get(key) ?? []), id]);
  }
  return readers;
}

/** The attributes an alarm has, the scene aside: it has a field of its own. */
export function keysOf(alarm: Alarm): string[] {
  return Object.keys(metadataOf(alarm)).filter((key) => key !== SCENE && attributeOf(alarm, key) !== "");
}

/** The fields of the form: what the rule reads first, then the severity, then what else the alarm has or was asked for. */
export function fieldsOf(doc: RuleDocument, alarm: Alarm, asked: readonly string[]): AlarmField[] {
  const readers = readersOf(doc);
  const keys = new Set([...readers.keys(), SEVERITY, ...keysOf(alarm), ...asked]);
  keys.delete(SCENE);
  return [...keys].map((key) => ({ key, readBy: readers.get(key) ?? [] }));
}

/** The closed list of severities, and the alarm's own where it has another. */
export function severityChoices(alarm: Alarm): string[] {
  const own = attributeOf(alarm, SEVERITY);
  return own === "" || LIMITS.severities.includes(own) ? [...LIMITS.severities] : [...LIMITS.severities, own];
}

/** An alarm in a line: its name, severity and source, as far as it has them; else its first values. */
export function alarmTitle(alarm: Alarm): string {
  const named = ["event_name", SEVERITY, "resource_provider"].map((key) => attributeOf(alarm, key));
  const known = named.filter((text) => text !== "");
  const others = keysOf(alarm).map((key) => attributeOf(alarm, key));
  return (known.length > 1 ? known : others).slice(0, 3).join(", ");
}
