import { deepEqual } from "./equal";
import type { FieldChange } from "./fields";
import { responsesAt } from "./responses";
import { mark, type Say } from "./say";
import type { Draft, Json, PreparedResponse } from "./types";

/** The part of a card that its prepared responses are; it stands beside the document, not in it. */
export const RESPONSES_FACET = "/responses";

const KINDS = new Map([
  ["PLAN", mark("plan")],
  ["SCRIPT", mark("script")],
  ["RUNBOOK", mark("job")],
]);

/** "script restart_service" */
export function taskWords({ task }: PreparedResponse, say: Say): string {
  const kind = say(KINDS.get(task.type) ?? "task");
  return say("{kind} {name}", { kind, name: task.name === "" ? task.id : task.name });
}

/** What it runs on. */
export function targetWords({ targets }: PreparedResponse, say: Say): string {
  if (targets.by === "none") return say("on no machine of its own");
  if (targets.by === "list") return say("on {names}", { names: targets.resource_ids.join(say(", ")) });
  return say("on the machine with {attribute} {value}", { attribute: targets.attribute, value: targets.placeholder });
}

/** A response in a line. */
export function responseWords(response: PreparedResponse, say: Say): string {
  const parameters = Object.entries(response.parameters).map(([name, value]) => `${name}=${value}`);
  const words = [`${response.title}: ${taskWords(response, say)}`, ...parameters, targetWords(response, say)];
  return words.join(say(", "));
}

function wordsOf(one: PreparedResponse, other: PreparedResponse, say: Say): string {
  const words = responseWords(one, say);
  return words === responseWords(other, say) ? JSON.stringify(one) : words;
}

/** How the prepared responses of a card differ, one by one, then their order. */
export function responseFields(before: Draft, after: Draft, card: string, say: Say): FieldChange[] {
  const [old, now] = [responsesAt(before, card), responsesAt(after, card)];
  if (deepEqual(old, now)) return [];
  const field = { facet: RESPONSES_FACET, pointer: RESPONSES_FACET, label: say("prepared response"), item: null };
  const was = new Map(old.map((response) => [response.id, response]));
  const is = new Map(now.map((response) => [response.id, response]));
  const changes = [...new Set([...is.keys(), ...was.keys()])].flatMap((id): FieldChange[] => {
    const [from, to] = [was.get(id), is.get(id)];
    if (!from || !to) {
      return [{ ...field, how: to ? "added" : "removed", old: from ? responseWords(from, say) : null, new: to ? responseWords(to, say) : null }];
    }
    return deepEqual(from, to) ? [] : [{ ...field, how: "changed", old: wordsOf(from, to, say), new: wordsOf(to, from, say) }];
  });
  const [kept, still] = [old.filter(({ id }) => is.has(id)), now.filter(({ id }) => was.has(id))];
  if (kept.every(({ id }, index) => id === still[index]?.id)) return changes;
  const titles = (list: PreparedResponse[]): string => list.map(({ title }) => title).join(say(", "));
  return [...changes, { ...field, label: say("order of prepared responses"), how: "changed", old: titles(kept), new: titles(still) }];
}

type Sides = { base: readonly PreparedResponse[]; mine: readonly PreparedResponse[]; theirs: readonly PreparedResponse[] };

/** Theirs with what mine changed since the base; null where both changed one response differently. */
export function joinedResponses({ base, mine, theirs }: Sides): PreparedResponse[] | null {
  const find = (list: readonly PreparedResponse[], id: string) => list.find((response) => response.id === id);
  const ids = [...new Set([...theirs, ...mine].map(({ id }) => id))];
  const joined: PreparedResponse[] = [];
  for (const id of ids) {
    const [b, m, t] = [find(base, id), find(mine, id), find(theirs, id)];
    if (!deepEqual(m, t) && !deepEqual(b, m) && !deepEqual(b, t)) return null;
    const one = deepEqual(b, m) ? t : m;
    if (one) joined.push(one);
  }
  return joined;
}

/** A card's responses as a part that is compared; undefined where it has none. */
export function responsesFacet(draft: Draft, card: string): Json | undefined {
  const list = responsesAt(draft, card);
  return list.length === 0 ? undefined : (list as unknown as Json);
}
