import { isObject } from "./graph";
import figures from "./responses.json";
import type { Draft, Json, PreparedResponse, Responses } from "./types";

/** What the server keeps of prepared responses. It judges; the forms use these figures while the user types. */
export const RESPONSE_LIMITS = figures;

const NONE: readonly PreparedResponse[] = [];
const MARK = /\$\$\{|\$\{([^{}]{1,128})\}|\$\{/gu;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

const SECRET = new RegExp(figures.secretName, "i");

/** Whether a parameter of that name holds a secret, which must not be kept where everybody may read it. */
export function namesSecret(name: string): boolean {
  return SECRET.test(name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_"));
}

/** The attributes a text asks for, each once, in order; null where a "${" begins no placeholder. */
export function placeholdersIn(text: string): string[] | null {
  const hits = [...text.matchAll(MARK)];
  if (hits.some(([hit]) => hit === "${")) return null;
  return [...new Set(hits.flatMap(([, name]) => name ?? []))];
}

/** What a card has prepared. */
export function responsesAt({ responses }: Pick<Draft, "responses">, card: string): readonly PreparedResponse[] {
  return responses && Object.hasOwn(responses, card) ? (responses[card] ?? NONE) : NONE;
}

export function countResponses({ responses = {} }: Draft): number {
  return Object.values(responses).reduce((sum, { length }) => sum + length, 0);
}

/** The draft with these responses; a draft without any has no such member, so that equal drafts look alike. */
export function withResponses(draft: Draft, responses: Responses): Draft {
  const { document, layout } = draft;
  const kept = Object.entries(responses).filter(([, list]) => list.length > 0);
  return kept.length === 0 ? { document, layout } : { document, layout, responses: Object.fromEntries(kept) };
}

/** The draft with another list at one card; the same draft where it is the same list. */
export function setResponses(draft: Draft, card: string, list: readonly PreparedResponse[]): Draft {
  if (list === responsesAt(draft, card)) return draft;
  return withResponses(draft, { ...draft.responses, [card]: [...list] });
}

/** The draft with a response put at the end of a card's, or in place of the one with its id. */
export function putResponse(draft: Draft, card: string, response: PreparedResponse): Draft {
  const list = responsesAt(draft, card);
  const at = list.findIndex(({ id }) => id === response.id);
  return setResponses(draft, card, at < 0 ? [...list, response] : list.with(at, response));
}

export function removeResponse(draft: Draft, card: string, id: string): Draft {
  const list = responsesAt(draft, card);
  const left = list.filter((response) => response.id !== id);
  return left.length === list.length ? draft : setResponses(draft, card, left);
}

/** Moves a response among its card's; at an end it stays. */
export function shiftResponse(draft: Draft, card: string, id: string, delta: -1 | 1): Draft {
  const list = responsesAt(draft, card);
  const at = list.findIndex((response) => response.id === id);
  const moved = list[at];
  const other = list[at + delta];
  if (!moved || !other) return draft;
  return setResponses(draft, card, list.with(at, other).with(at + delta, moved));
}

/** Moves all responses of one card behind those of another, under new ids where theirs are taken there. */
export function handOver(draft: Draft, from: string, to: string): Draft {
  const list = responsesAt(draft, from);
  if (list.length === 0 || from === to) return draft;
  const there = responsesAt(draft, to);
  const taken = new Set(there.map(({ id }) => id));
  const moved = list.map((response) => (taken.has(response.id) ? { ...response, id: newResponseId(taken) } : response));
  return setResponses(setResponses(draft, from, []), to, [...there, ...moved]);
}

/** The cards that responses belong to and the rule has no more. */
export function goneCards({ responses = {} }: Draft, cards: readonly string[]): string[] {
  return Object.keys(responses).filter((card) => !cards.includes(card));
}

/** Responses by the ids their cards have now; one without a new id keeps its own. */
export function underNames(responses: Responses, names: ReadonlyMap<string, string>): Responses {
  return Object.fromEntries(Object.entries(responses).map(([card, list]) => [names.get(card) ?? card, list]));
}

/** Eight random characters that are none of `taken`, which from now on they are. */
export function newResponseId(taken: Set<string>): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    const id = Array.from(bytes, (byte) => ALPHABET.charAt(byte & 63)).join("");
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

function isText(value: Json | undefined, least: number, most: number): value is string {
  return typeof value === "string" && value.trim().length >= least && value.length <= most;
}

function isWithin(value: Json | undefined, [least, most]: readonly number[]): boolean {
  return Number.isInteger(value) && Number(value) >= (least ?? 0) && Number(value) <= (most ?? 0);
}

function isOneOf(value: Json | undefined, choices: readonly string[]): boolean {
  return typeof value === "string" && choices.includes(value);
}

function isTask(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const [least = 0, most = 0] = figures.taskIdLength;
  const known = isOneOf(value.type, figures.taskTypes) && isOneOf(value.source, figures.sources);
  return known && isText(value.id, least, most) && isText(value.name, 0, figures.taskNameLength);
}

function isTargets(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const { by, attribute, placeholder, resource_ids: ids } = value;
  if (by === "none") return true;
  if (by === "list") return Array.isArray(ids) && ids.length > 0 && ids.every((id) => isText(id, 1, figures.nameLength));
  return by === "attribute" && isOneOf(attribute, figures.targetAttributes) && typeof placeholder === "string";
}

function isParameter(name: string, text: Json): boolean {
  const sound = isText(name, 1, figures.nameLength) && typeof text === "string" && placeholdersIn(text) !== null;
  return sound && (text === "" || !namesSecret(name));
}

function isResponse(value: Json): boolean {
  if (!isObject(value)) return false;
  const { id, title, parameters, run_as: user, timeout, success_rate: rate, region } = value;
  const given = isObject(parameters) ? parameters : null;
  return (
    isText(id, 8, 8) &&
    isText(title, 1, figures.titleLength) &&
    isTask(value.task) &&
    isTargets(value.targets) &&
    given !== null &&
    Object.entries(given).every(([name, text]) => isParameter(name, text)) &&
    (user === undefined || isText(user, 1, figures.userLength)) &&
    (timeout === undefined || isWithin(timeout, figures.timeout)) &&
    (rate === undefined || isWithin(rate, figures.successRate)) &&
    (region === undefined || isText(region, 1, figures.regionLength))
  );
}

/** Responses from outside; whatever could not be kept is left out. */
export function readResponses(value: unknown): Responses {
  const given = value as Json | undefined;
  const lists = isObject(given) ? Object.entries(given) : [];
  const read = lists.map(([card, list]): [string, PreparedResponse[]] => {
    const sound = Array.isArray(list) ? list.filter(isResponse) : [];
    return [card, sound as unknown as PreparedResponse[]];
  });
  return Object.fromEntries(read.filter(([, list]) => list.length > 0));
}
