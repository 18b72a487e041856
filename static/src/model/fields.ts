import { below, BY_FACET, canonical, without, type Facets } from "./facets";
import { isObject } from "./graph";
import { mark, type Say } from "./say";
import { isGroup, isStrings, readTree } from "./tree";
import { childrenOf, itemsOf, reordered, ROOT, type Item } from "./treeDiff";
import type { Group, Json, JsonObject, TreeNode } from "./types";
import { formatSeconds, groupWords, leafSentence, mergeWords, secondsOf } from "./words";

/**
 * One thing that is different, in words. `facet` is the part it belongs to, `pointer` its place in the card, edge or
 * rule (in the later version, or where it was when it is gone), `label` what it is called. `item` is the id of the
 * group or condition, null elsewhere. `old` and `new` are null where there is nothing.
 */
export type FieldChange = {
  facet: string;
  pointer: string;
  label: string;
  item: string | null;
  how: "added" | "removed" | "changed" | "moved";
  old: string | null;
  new: string | null;
};

const LABELS = new Map([
  ["/name", mark("name")],
  ["/desc", mark("description")],
  [BY_FACET, mark("merges by")],
  ["/value/combineConfig/group_wait", mark("first after")],
  ["/value/combineConfig/group_interval", mark("then every")],
  ["/value/combineConfig/group_repeat_waiting", mark("repeat")],
  ["/value/combineConfig/bind_notification_rule_ids", mark("tells")],
]);

function secondsWords(value: Json, say: Say): string {
  const seconds = secondsOf(value);
  return seconds === null ? JSON.stringify(value) : formatSeconds(seconds, say);
}

function repeatWords(value: Json, say: Say): string {
  return secondsOf(value) === 0 ? say("no repeat") : secondsWords(value, say);
}

function tellsWords(value: Json, say: Say): string {
  if (!isStrings(value)) return JSON.stringify(value);
  return value.length === 0 ? say("nobody") : value.join(say(", "));
}

/** A known part in words; null for one that has none. */
function wordsOf(facet: string, value: Json, say: Say): string | null {
  if (facet === "/name" || facet === "/desc") return typeof value === "string" ? value : null;
  if (facet === BY_FACET) return isObject(value) ? mergeWords(value, say).by : null;
  if (facet.endsWith("/bind_notification_rule_ids")) return tellsWords(value, say);
  if (facet.endsWith("/group_repeat_waiting")) return repeatWords(value, say);
  return secondsWords(value, say);
}

type Sides = { old: Json | undefined; new: Json | undefined };

function howOf({ old, new: now }: Sides): "added" | "removed" | "changed" {
  if (old === undefined) return "added";
  return now === undefined ? "removed" : "changed";
}

function jsonOf(value: Json | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Both sides in words; as JSON where the words are the same though the values are not. */
function sidesOf(sides: Sides, words: (value: Json) => string | null): Pick<FieldChange, "old" | "new"> {
  const said = (value: Json | undefined): string | null =>
    value === undefined ? null : (words(value) ?? JSON.stringify(value));
  const [old, now] = [said(sides.old), said(sides.new)];
  return old === now ? { old: jsonOf(sides.old), new: jsonOf(sides.new) } : { old, new: now };
}

/** The places where two values differ, as deep as both have them. */
function deepFields(facet: string, pointer: string, sides: Sides, item: string | null): FieldChange[] {
  const { old, new: now } = sides;
  if (canonical(old) === canonical(now) && (old === undefined) === (now === undefined)) return [];
  const inner = innerPlaces(old, now);
  if (inner) {
    return inner.flatMap(([name, ...values]) =>
      deepFields(facet, below(pointer, name), { old: values[0], new: values[1] }, item),
    );
  }
  return [{ facet, pointer, label: pointer, item, how: howOf(sides), old: jsonOf(old), new: jsonOf(now) }];
}

type Place = [name: string | number, old: Json | undefined, now: Json | undefined];

function innerPlaces(old: Json | undefined, now: Json | undefined): Place[] | null {
  if (Array.isArray(old) && Array.isArray(now)) {
    return Array.from({ length: Math.max(old.length, now.length) }, (_, index) => [index, old[index], now[index]]);
  }
  if (!isObject(old) || !isObject(now)) return null;
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return Array.from(names, (name) => [name, memberOf(old, name), memberOf(now, name)]);
}

function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** What the words of an item tell; the rest of it is told by pointer. */
function spoken(node: TreeNode): Json {
  if (isGroup(node)) return node.value;
  const { key, operate, value } = node.match;
  return { type: node.type, key, operate, value };
}

function unspoken(node: TreeNode): JsonObject {
  if (isGroup(node)) return without(node, ["id", "type", "value", "nodes"]);
  return { ...without(node, ["id", "type"]), match: without(node.match, ["key", "operate", "value"]) };
}

function itemWords(node: TreeNode, say: Say): string {
  if (isGroup(node)) return groupWords(node, say);
  const sentence = leafSentence(node, say);
  return node.type === "numerical" ? say("{condition} (numerical)", { condition: sentence }) : sentence;
}

function itemLabel(node: TreeNode): "group" | "condition" {
  return isGroup(node) ? "group" : "condition";
}

/** The condition trees of two versions of one card, item by item. */
class TreeFields {
  private readonly old: Map<string, Item>;
  private readonly now: Map<string, Item>;

  constructor(
    before: Group,
    after: Group,
    private readonly say: Say,
  ) {
    this.old = itemsOf(before);
    this.now = itemsOf(after);
  }

  all(): FieldChange[] {
    const keys = new Set([...this.now.keys(), ...this.old.keys()]);
    return [...keys].flatMap((key) => this.at(key));
  }

  private at(key: string): FieldChange[] {
    const old = this.old.get(key);
    const now = this.now.get(key);
    if (old && now) return [...this.changed(old, now), ...this.moved(old, now)];
    const only = now ?? old;
    if (!only) return [];
    const words = itemWords(only.node, this.say);
    const sides = now ? { how: "added" as const, old: null, new: words } : { how: "removed" as const, old: words, new: null };
    return [{ ...this.place(only), ...sides }];
  }

  private place({ node, pointer }: Item): Pick<FieldChange, "facet" | "pointer" | "label" | "item"> {
    return { facet: "/value", pointer, label: this.say(itemLabel(node)), item: node.id };
  }

  private changed(old: Item, now: Item): FieldChange[] {
    const place = this.place(now);
    const same = canonical(spoken(old.node)) === canonical(spoken(now.node)) && isGroup(old.node) === isGroup(now.node);
    const sides = { old: itemWords(old.node, this.say), new: itemWords(now.node, this.say) };
    const words = same ? [] : [{ ...place, how: "changed" as const, ...sides }];
    const ids: Sides = { old: old.node.id, new: now.node.id };
    return [
      ...words,
      ...deepFields("/value", below(now.pointer, "id"), ids, now.node.id),
      ...deepFields("/value", now.pointer, { old: unspoken(old.node), new: unspoken(now.node) }, now.node.id),
    ];
  }

  private moved(old: Item, now: Item): FieldChange[] {
    if (old.parent === null || now.parent === null) return [];
    const place = { ...this.place(now), how: "moved" as const };
    if (old.parent !== now.parent) {
      return [{ ...place, old: this.inside(this.old, old.parent), new: this.inside(this.now, now.parent) }];
    }
    const [before, after] = [childrenOf(this.old, old.parent), childrenOf(this.now, now.parent)];
    if (!reordered(before, after).has(now.key)) return [];
    const nth = (keys: string[]): string => this.say("place {number}", { number: keys.indexOf(now.key) + 1 });
    return [{ ...place, old: nth(before), new: nth(after) }];
  }

  private inside(items: ReadonlyMap<string, Item>, parent: string): string {
    const group = items.get(parent)?.node;
    const words = group && isGroup(group) ? groupWords(group, this.say) : parent;
    return this.say(parent === ROOT ? "in the outer “{group}”" : "in the inner “{group}”", { group: words });
  }
}

function fieldsAt(facet: string, sides: Sides, say: Say): FieldChange[] {
  const trees = [sides.old, sides.new].map((value) => (facet === "/value" ? readTree(value) : null));
  if (trees[0] && trees[1]) return new TreeFields(trees[0], trees[1], say).all();
  const label = LABELS.get(facet);
  if (label === undefined || canonical(sides.old) === canonical(sides.new)) return deepFields(facet, facet, sides, null);
  const words = sidesOf(sides, (value) => wordsOf(facet, value, say));
  return [{ facet, pointer: facet, label: say(label), item: null, how: howOf(sides), ...words }];
}

/** Known parts as a card shows them, then the others. */
function rank(facet: string): number {
  const place = [...LABELS.keys()].indexOf(facet);
  return place < 0 ? LABELS.size : place;
}

/** Whatever differs between the parts of two versions of one thing. */
export function fieldsOf(before: Facets, after: Facets, say: Say): FieldChange[] {
  const facets = [...new Set([...after.keys(), ...before.keys()])].toSorted((a, b) => rank(a) - rank(b));
  return facets.flatMap((facet) => fieldsAt(facet, { old: before.get(facet), new: after.get(facet) }, say));
}
