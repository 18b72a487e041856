import { isObject, kindOf } from "./graph";
import { combineOf } from "./tree";
import type { FlowNode, Json, JsonObject, RuleDocument } from "./types";

/**
 * The parts of a card or a rule that are compared and chosen as one, by JSON pointer. A card's condition tree is one
 * part; a merge card has a part for each of its settings; members nobody knows are parts too.
 */
export type Facets = Map<string, Json>;

/** A merge card merges by exact attributes or by smart ones: two members, one decision. */
export const BY_FACET = "/value/combineConfig/group_by";
const BY_MEMBERS = ["group_by", "ai_group_by"];
const CONFIG = "/value/combineConfig";

/** A JSON pointer one member further. */
export function below(pointer: string, member: string | number): string {
  return `${pointer}/${String(member).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function pathOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The JSON text of a value with the members of its objects in order: equal for values that mean the same. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

/** An object without some of its members. */
export function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function only(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

function membersAt(pointer: string, object: JsonObject): [string, Json][] {
  return Object.entries(object).map(([name, value]) => [below(pointer, name), value]);
}

function configFacets(config: JsonObject): [string, Json][] {
  const by = only(config, BY_MEMBERS);
  const rest = membersAt(CONFIG, without(config, BY_MEMBERS));
  return Object.keys(by).length === 0 ? rest : [[BY_FACET, by], ...rest];
}

/** Whether a card's merge settings are parts of their own. */
export function hasSettings(node: FlowNode): boolean {
  return kindOf(node) === "combine" && combineOf(node) !== null;
}

/** The parts of a card. */
export function cardFacets(node: FlowNode): Facets {
  const config = hasSettings(node) ? combineOf(node) : null;
  if (!config || !isObject(node.value)) return new Map(membersAt("", node));
  const value = membersAt("/value", without(node.value, ["combineConfig"]));
  return new Map([...membersAt("", without(node, ["value"])), ...configFacets(config), ...value]);
}

/** The rule without its readable cards and edges. */
function frameOf(doc: RuleDocument): RuleDocument {
  if (!isObject(doc.match_v3)) return doc;
  const lists = ["nodes", "edges"].filter((name) => isObject(doc.match_v3) && Array.isArray(doc.match_v3[name]));
  return { ...doc, match_v3: { ...doc.match_v3, ...Object.fromEntries(lists.map((name) => [name, []])) } };
}

/** The parts of a rule that are neither cards nor edges. */
export function ruleFacets(doc: RuleDocument): Facets {
  const frame = frameOf(doc);
  const { match_v3 } = frame;
  if (!isObject(match_v3)) return new Map(membersAt("", frame));
  return new Map([...membersAt("", { ...frame, match_v3: {} }), ...membersAt("/match_v3", match_v3)]);
}

/** The object with the value at a pointer set, or taken out where it is undefined. Objects on the way are made. */
function withValue(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  if (rest.length > 0) {
    const inner = object[name];
    if (value === undefined && !isObject(inner)) return object;
    return { ...object, [name]: withValue(isObject(inner) ? inner : {}, rest, value) };
  }
  return value === undefined ? without(object, [name]) : { ...object, [name]: value };
}

/** The card or rule with one of its parts replaced; undefined takes the part out. */
export function withFacet<T extends JsonObject>(object: T, facet: string, value: Json | undefined): T {
  const path = pathOf(facet);
  if (facet !== BY_FACET) return withValue(object, path, value) as T;
  const bare = BY_MEMBERS.reduce<JsonObject>(
    (left, name) => withValue(left, [...path.slice(0, -1), name], undefined),
    object,
  );
  const members = Object.entries(isObject(value) ? value : {});
  return members.reduce((made, [name, member]) => withValue(made, [...path.slice(0, -1), name], member), bare) as T;
}
