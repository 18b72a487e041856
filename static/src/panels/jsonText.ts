import type { Json } from "../model/types";

/** What a text of JSON may have at some place. Each is a message to be translated as it stands. */
export type Expected =
  | "a value"
  | "a value or ]"
  | "a name in quotes"
  | "a name in quotes or }"
  | ":"
  | ", or ]"
  | ", or }"
  | "the end";

/** Where a text stops being JSON, counted from 1, and what should stand there. */
export type JsonFault = { line: number; column: number; expected: Expected };
export type Parsed = { value: Json } | { fault: JsonFault };

const SPACE = /[ \t\r\n]*/y;
const STRING = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const TOKEN = new RegExp(String.raw`[{}[\],:]|${STRING}|${NUMBER}|true|false|null`, "y");

function match(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? "";
}

/** Reads a text token by token; browsers' own messages mostly hide where it goes wrong. */
class Reader {
  expected: Expected = "a value";
  private readonly open: string[] = [];

  /** Whether the token may stand here; if so, says what may follow it. */
  accepts(token: string): boolean {
    const closes = token === "]" || token === "}";
    if (closes) return this.close(token);
    if (this.expected === ":") return this.then(token === ":", "a value");
    if (this.expected === ", or ]") return this.then(token === ",", "a value");
    if (this.expected === ", or }") return this.then(token === ",", "a name in quotes");
    if (this.expected === "the end") return false;
    if (this.expected === "a value" || this.expected === "a value or ]") return this.value(token);
    return this.then(token.startsWith('"'), ":");
  }

  private then(fits: boolean, expected: Expected): boolean {
    if (fits) this.expected = expected;
    return fits;
  }

  private value(token: string): boolean {
    if (token === "," || token === ":") return false;
    if (token === "{" || token === "[") {
      this.open.push(token);
      return this.then(true, token === "{" ? "a name in quotes or }" : "a value or ]");
    }
    return this.then(true, this.afterValue());
  }

  private close(token: string): boolean {
    if (!this.expected.endsWith(token)) return false;
    this.open.pop();
    return this.then(true, this.afterValue());
  }

  private afterValue(): Expected {
    const around = this.open.at(-1);
    if (around === undefined) return "the end";
    return around === "{" ? ", or }" : ", or ]";
  }
}

/** The token after `offset` and the blanks there, and where it ends; "" where nothing that JSON knows follows. */
export function nextToken(text: string, offset: number): { token: string; to: number } {
  const from = offset + match(SPACE, text, offset).length;
  const token = match(TOKEN, text, from);
  return { token, to: from + token.length };
}

function faultIn(text: string): JsonFault {
  const reader = new Reader();
  let found = nextToken(text, 0);
  while (found.token !== "" && reader.accepts(found.token)) found = nextToken(text, found.to);
  const before = text.slice(0, found.to - found.token.length).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1, expected: reader.expected };
}

/** The value a text holds, or the place where it stops being JSON. */
export function readJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { fault: faultIn(text) };
  }
}

/** A document as the JSON panel shows it: every member in its order, two spaces deep. */
export function writeJson(value: Json): string {
  return JSON.stringify(value, null, 2);
}
