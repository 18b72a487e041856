import { nextToken } from "../jsonText";

/** A piece of the text, in characters from its beginning. */
export type Place = { from: number; to: number };

/** A value in the text, the name it stands under in an object, and what it holds by name or number. */
type Spot = Place & { name: Place | null; members: Map<string, Spot> | null };

function unquoted(token: string): string {
  return token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
}

/** Reads a text in one pass and without recursion: what is pasted may be large and deep. */
class Spotter {
  top: Spot | null = null;
  private readonly open: { spot: Spot; isList: boolean }[] = [];
  private name: (Place & { word: string }) | null = null;

  take(token: string, from: number): void {
    const to = from + token.length;
    if (token === "}" || token === "]") this.close(to);
    else if (token === "{" || token === "[") this.open.push({ spot: this.add(from, to, new Map()), isList: token === "[" });
    else if (token !== "," && token !== ":") this.takeSmall(token, from, to);
  }

  private takeSmall(token: string, from: number, to: number): void {
    const around = this.open.at(-1);
    if (around && !around.isList && this.name === null && token.startsWith('"')) this.name = { word: unquoted(token), from, to };
    else this.add(from, to, null);
  }

  /** Of two members with one name the last one stays, as JSON.parse reads. */
  private add(from: number, to: number, members: Spot["members"]): Spot {
    const spot: Spot = { from, to, name: this.name, members };
    const around = this.open.at(-1)?.spot.members;
    around?.set(this.name?.word ?? String(around.size), spot);
    this.name = null;
    this.top ??= spot;
    return spot;
  }

  private close(to: number): void {
    const closed = this.open.pop();
    if (closed) closed.spot.to = to;
    this.name = null;
  }
}

function spotsIn(text: string): Spot | null {
  const spotter = new Spotter();
  for (let found = nextToken(text, 0); found.token !== ""; found = nextToken(text, found.to)) {
    spotter.take(found.token, found.to - found.token.length);
  }
  return spotter.top;
}

function stepsOf(pointer: string): string[] {
  return pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands for a value: itself when it is small, else its name, its id, or its first bracket. */
function markOf({ from, to, name, members }: Spot): Place {
  if (members === null) return { from, to };
  if (name) return { from: name.from, to: name.to };
  const id = members.get("id");
  return id ? markOf(id) : { from, to: from + 1 };
}

function spotAt(top: Spot, pointer: string): Spot {
  let at = top;
  for (const step of stepsOf(pointer)) {
    const next = at.members?.get(step);
    if (!next) break;
    at = next;
  }
  return at;
}

/**
 * Where JSON pointers lead in a text, as pieces small enough to be underlined. Where the document has nothing at a
 * pointer it is what stands nearest to it; null when the text holds no value at all.
 */
export function placesIn(text: string): (pointer: string) => Place | null {
  const top = spotsIn(text);
  return (pointer) => {
    if (!top) return null;
    const spot = spotAt(top, pointer);
    return spot === top && top.members ? { from: top.from, to: top.from + 1 } : markOf(spot);
  };
}
