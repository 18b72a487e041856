const TOKEN = /[{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+/g;

type Level = { kind: "{" | "["; step: string; index: number };

function escaped(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Walks over the tokens of sound JSON and knows where in the document it is. */
class Places {
  readonly offsets = new Map<string, number>();
  private readonly levels: Level[] = [];
  private name: { text: string; offset: number } | null = null;
  private awaitsName = false;

  token(text: string, offset: number): void {
    if (text === "}" || text === "]") {
      this.levels.pop();
      this.awaitsName = false;
    } else if (text === ",") this.next();
    else if (text === ":") this.awaitsName = false;
    else if (this.awaitsName) this.name = { text: JSON.parse(text) as string, offset };
    else this.value(text, offset);
  }

  private next(): void {
    const level = this.levels.at(-1);
    if (!level) return;
    level.index += 1;
    this.awaitsName = level.kind === "{";
  }

  private value(text: string, offset: number): void {
    const level = this.levels.at(-1);
    if (level) level.step = level.kind === "[" ? String(level.index) : escaped(this.name?.text ?? "");
    // A member is found at its name, where the eye looks for it.
    const at = level?.kind === "{" ? (this.name?.offset ?? offset) : offset;
    const place = this.levels.map(({ step }) => `/${step}`).join("");
    if (!this.offsets.has(place)) this.offsets.set(place, at);
    if (text !== "{" && text !== "[") return;
    this.levels.push({ kind: text, step: "", index: 0 });
    this.awaitsName = text === "{";
  }
}

function nearest(offsets: ReadonlyMap<string, number>, pointer: string): number {
  const found = offsets.get(pointer);
  if (found !== undefined || pointer === "") return found ?? 0;
  return nearest(offsets, pointer.slice(0, pointer.lastIndexOf("/")));
}

/** The line, from 1, where a text of sound JSON has the place `pointer`; of a missing member, where it should stand. */
export function lineOf(text: string, pointer: string): number {
  const places = new Places();
  for (const match of text.matchAll(TOKEN)) places.token(match[0], match.index);
  return text.slice(0, nearest(places.offsets, pointer)).split("\n").length;
}
