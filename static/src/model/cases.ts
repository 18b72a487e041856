import type { Alarm } from "./alarm";
import { deepEqual } from "./equal";
import { isObject } from "./graph";
import { english, mark, type Message, type Say } from "./say";
import type { Json, JsonObject } from "./types";
import type { Walk } from "./way";

/** What is expected of an alarm: one member at least. `notify` in any order; `group_key` may leave the card out. */
export type Expect = {
  leaf?: string | null;
  notify?: string[];
  unrouted?: boolean;
  group_key?: Record<string, string> | null;
};

/** An alarm and what is expected of it, as a suite of `groupflow test` holds it. Names are unique in a suite. */
export type TestCase = { name: string; alarm: Alarm; expect: Expect };

/** What was expected to be one thing and is another; "complete" where the alarm's way broke off. */
export type Miss = { what: keyof Expect | "complete"; expected: Json; actual: Json };

/** The choices by which a rule is read otherwise than usual, by assumption. */
export type Assume = Record<string, string>;
/** An open question about the service, and what can be assumed instead, a word each; the first is the usual choice. */
export type Assumption = { question: string; choices: Record<string, string> };
export type Suite = { cases: { name: string; alarm: Json; expect: Expect }[]; assume: Assume };

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return deepEqual(a.toSorted(), b.toSorted());
}

function keyWithout(key: Record<string, string>, expected: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(key).filter(([name]) => name !== "card" || "card" in expected));
}

/** The walk's side of one expectation, written the way the expectation is. */
function actualOf(what: keyof Expect, expect: Expect, walk: Walk): Json {
  if (what === "leaf") return walk.leaf;
  if (what === "unrouted") return walk.leaf === null;
  if (what === "notify") {
    return walk.notify && expect.notify && sameNames(walk.notify, expect.notify) ? expect.notify : walk.notify;
  }
  return walk.group_key && expect.group_key ? keyWithout(walk.group_key, expect.group_key) : walk.group_key;
}

const EXPECTATIONS = ["leaf", "notify", "unrouted", "group_key"] as const;

/** Where a walk is not what was expected of it; nothing when the case passes. As `groupflow test` judges. */
export function missesOf(expect: Expect, walk: Walk): Miss[] {
  if (!walk.complete) return [{ what: "complete", expected: true, actual: false }];
  return EXPECTATIONS.flatMap((what) => {
    const expected = expect[what];
    if (expected === undefined) return [];
    const actual = actualOf(what, expect, walk);
    return deepEqual(expected, actual) ? [] : [{ what, expected, actual }];
  });
}

/** What the present answer would have a case expect; null when the way broke off and nothing can be expected. */
export function expectationOf(walk: Walk): Expect | null {
  if (!walk.complete) return null;
  return walk.notify === null ? { leaf: walk.leaf } : { leaf: walk.leaf, notify: walk.notify };
}

/** The expectation with another leaf (undefined: any); who is told then is told as `notify` says, where it was expected. */
export function expectLeaf(expect: Expect, leaf: string | null | undefined, notify: string[]): Expect {
  const told = expect.notify === undefined ? {} : { notify };
  return leaf === undefined ? told : { leaf, ...told };
}

/** A name no case has: the wanted one, or with a number behind it. */
export function freeName(wanted: string, cases: readonly TestCase[]): string {
  const taken = new Set(cases.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} (${number})`;
  return name;
}

/** The cases with others put in: one of the same name is replaced in its place. */
export function mergeCases(cases: readonly TestCase[], others: readonly TestCase[]): TestCase[] {
  const byName = new Map([...cases, ...others].map((one) => [one.name, one]));
  return [...byName.values()];
}

/** The suite `groupflow test` reads, for a rule that lies beside it. */
export function suiteOf(ruleFile: string, cases: readonly TestCase[], assume: Assume): JsonObject {
  const told = cases.map(({ name, alarm, expect }) => ({ name, alarm, expect: { ...expect } }));
  const suite: JsonObject = { rule: ruleFile };
  if (Object.keys(assume).length > 0) suite.assume = assume;
  return { ...suite, cases: told };
}

function areTexts(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isTextMap(value: Json | undefined): boolean {
  return value === null || (isObject(value) && Object.values(value).every((item) => typeof item === "string"));
}

const KINDS: Record<keyof Expect, { wanted: Message; fits: (value: Json | undefined) => boolean }> = {
  leaf: { wanted: mark("the id of a card, or null"), fits: (value) => value === null || typeof value === "string" },
  notify: { wanted: mark("a list that holds texts only"), fits: areTexts },
  unrouted: { wanted: mark("true or false"), fits: (value) => typeof value === "boolean" },
  group_key: { wanted: mark("an object that holds texts only, or null"), fits: isTextMap },
};

/** Goes through a suite and collects every fault with the case it is in. */
class SuiteReader {
  readonly faults: string[] = [];

  constructor(private readonly say: Say) {}

  suite(value: Json): Suite {
    if (!isObject(value) || !Array.isArray(value.cases)) {
      this.faults.push(this.say("This is no test suite: a suite is an object with a list of cases."));
      return { cases: [], assume: {} };
    }
    if (value.cases.length === 0) this.faults.push(this.say("The suite has no cases."));
    const cases = value.cases.flatMap((raw, index) => this.testCase(raw, index));
    this.guardNames(cases);
    return { cases, assume: this.assume(value.assume) };
  }

  private assume(value: Json | undefined): Assume {
    if (value === undefined) return {};
    if (isObject(value) && isTextMap(value)) return value as Assume;
    this.faults.push(this.say("assume must be an object that holds texts only."));
    return {};
  }

  private testCase(raw: Json, index: number): Suite["cases"] {
    const whose = this.say("Case {number}", { number: index + 1 });
    if (!isObject(raw)) return this.stop(whose, mark("it must be an object"));
    const { name, alarm, expect } = raw;
    if (typeof name !== "string" || name === "") return this.stop(whose, mark("it lacks a name"));
    const named = this.say("Case {number} ({name})", { number: index + 1, name });
    if (alarm === undefined) return this.stop(named, mark("it lacks the member {name}"), { name: "alarm" });
    if (!isObject(expect) || Object.keys(expect).length === 0) return this.stop(named, mark("it expects nothing"));
    return this.expectFits(expect, named) ? [{ name, alarm, expect }] : [];
  }

  private expectFits(expect: JsonObject, whose: string): boolean {
    const before = this.faults.length;
    for (const [what, value] of Object.entries(expect)) {
      const kind = Object.hasOwn(KINDS, what) ? KINDS[what as keyof Expect] : undefined;
      if (!kind) this.stop(whose, mark("expect has no member {what}; known are {known}"), { what, known: EXPECTATIONS.join(", ") });
      else if (!kind.fits(value)) this.stop(whose, mark("{what} must be {wanted}"), { what, wanted: this.say(kind.wanted) });
    }
    return this.faults.length === before;
  }

  private guardNames(cases: Suite["cases"]): void {
    const names = cases.map(({ name }) => name);
    for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index))) {
      this.faults.push(this.say("Several cases are called {name}.", { name }));
    }
  }

  private stop(whose: string, problem: Message, params?: Record<string, string>): never[] {
    this.faults.push(this.say("{whose}: {problem}.", { whose, problem: this.say(problem, params) }));
    return [];
  }
}

/** The cases a suite holds, or every reason why it cannot be meant. Whether an alarm can be read, the server says. */
export function readSuite(value: Json, say: Say = english): { suite: Suite } | { faults: string[] } {
  const reader = new SuiteReader(say);
  const suite = reader.suite(value);
  return reader.faults.length > 0 ? { faults: reader.faults } : { suite };
}

function isCase(value: Json): boolean {
  if (!isObject(value) || typeof value.name !== "string" || !isObject(value.alarm)) return false;
  return "suite" in readSuite({ cases: [value] });
}

/** The cases in what a browser kept; what is none of ours is left out. */
export function keptCases(text: string | null): TestCase[] {
  try {
    const value = JSON.parse(text ?? "[]") as Json;
    return Array.isArray(value) ? (value.filter(isCase) as unknown as TestCase[]) : [];
  } catch {
    return [];
  }
}
