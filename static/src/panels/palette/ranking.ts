import { fuzzy } from "../../model/fuzzy";

/** What can be found: its name in the reader's language and in English, and what else is said of it. */
export type Findable = { id: string; label: string; english: string; aside: string; reason: string | null };

export type Group = "recent" | "found";
/** `marks`: the letters of the label that answer the query. */
export type Ranked<T> = { command: T; marks: readonly number[]; group: Group };

/** What is found by what is said of it comes after all that is found by its name. */
const BY_ASIDE: { score: number; marks: readonly number[] } = { score: -1000, marks: [] };

function holds(text: string, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/u);
  return words.every((word) => text.toLowerCase().includes(word));
}

function answer({ label, english, aside }: Findable, query: string): { score: number; marks: readonly number[] } | null {
  const own = fuzzy(label, query);
  const foreign = fuzzy(english, query);
  if (own && (!foreign || own.score >= foreign.score)) return own;
  if (foreign) return { score: foreign.score, marks: own?.marks ?? [] };
  // A sentence holds the letters of nearly every word: it must hold the word.
  return holds(aside, query) ? BY_ASIDE : null;
}

/**
 * The commands that answer the query, best first; of equals those used last, then those that can be done now, then as
 * they came. Without a query all of them, those used last in a group of their own.
 */
export function rank<T extends Findable>(commands: readonly T[], query: string, recent: readonly string[]): Ranked<T>[] {
  const age = ({ id }: T): number => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  const refused = ({ reason }: T): number => (reason === null ? 0 : 1);
  const isEmpty = query.trim() === "";
  return commands
    .flatMap((command) => {
      const found = isEmpty ? { score: 0, marks: [] } : answer(command, query);
      const group: Group = isEmpty && recent.includes(command.id) ? "recent" : "found";
      return found ? [{ command, group, ...found }] : [];
    })
    .toSorted((a, b) => b.score - a.score || age(a.command) - age(b.command) || refused(a.command) - refused(b.command))
    .map(({ command, marks, group }) => ({ command, marks, group }));
}

/** A text in pieces, each wholly marked or not at all. */
export function runsOf(text: string, marks: readonly number[]): { text: string; at: number; marked: boolean }[] {
  const cuts = Array.from({ length: text.length }, (_, at) => at).filter((at) => marks.includes(at) !== marks.includes(at - 1) || at === 0);
  return cuts.map((at, index) => ({ text: text.slice(at, cuts[index + 1]), at, marked: marks.includes(at) }));
}
