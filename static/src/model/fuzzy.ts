/** How well a text answers a query: more is better. `marks`: the letters that answer it, each by its place. */
export type Match = { score: number; marks: readonly number[] };

const NOTHING: Match = { score: 0, marks: [] };
const STARTS = 8;
const FOLLOWS = 5;
const WHOLE = 20;

/** Chinese is written without spaces: each of its characters may be where a word begins. */
function startsWord(text: string, at: number): boolean {
  return at === 0 || /\p{Script=Han}/u.test(text.charAt(at)) || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
}

/** `word` as a piece of the text, best at the start of a word. */
function asPiece(text: string, word: string): Match | null {
  const places: number[] = [];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) places.push(at);
  const at = places.find((place) => startsWord(text, place)) ?? places[0];
  if (at === undefined) return null;
  const marks = Array.from({ length: word.length }, (_, index) => at + index);
  return { score: WHOLE + word.length * FOLLOWS + (startsWord(text, at) ? STARTS : 0), marks };
}

/** The next place of a letter: where a word starts with it, if the rest can still follow; else the nearest. */
function nextPlace(text: string, letter: string, rest: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1)) {
    if (startsWord(text, at) && holdsInOrder(text, rest, at + 1)) return at;
  }
  return text.indexOf(letter, from);
}

function holdsInOrder(text: string, letters: string, from: number): boolean {
  let at = from;
  for (const letter of letters) {
    const found = text.indexOf(letter, at);
    if (found < 0) return false;
    at = found + letter.length;
  }
  return true;
}

/** The letters of `word` in their order, with others between them; the first begins a word. */
function asLetters(text: string, word: string): Match | null {
  if (!holdsInOrder(text, word, 0)) return null;
  const marks: number[] = [];
  let score = 0;
  for (let index = 0; index < word.length; index += 1) {
    const before = marks.at(-1) ?? -1;
    const follows = text.charAt(before + 1) === word.charAt(index) && index > 0;
    const at = follows && holdsInOrder(text, word.slice(index + 1), before + 2)
      ? before + 1
      : nextPlace(text, word.charAt(index), word.slice(index + 1), before + 1);
    score += (follows ? FOLLOWS : 0) + (startsWord(text, at) ? STARTS : 0) - Math.min(3, at - before - 1);
    marks.push(at);
  }
  return startsWord(text, marks[0] ?? 0) ? { score, marks } : null;
}

/** Upper and lower case are one, without any letter changing its place. */
function folded(text: string): string {
  return Array.from(text, (letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter)).join("");
}

/**
 * How the text answers the query, null where it does not. Each word of the query must be in the text: as a piece of it,
 * or by its letters in their order, of which the first begins a word ("swm": Save with a message). An empty query is
 * answered by every text alike.
 */
export function fuzzy(text: string, query: string): Match | null {
  const place = folded(text);
  let all = NOTHING;
  for (const word of folded(query).split(/\s+/u).filter((part) => part !== "")) {
    const match = asPiece(place, word) ?? asLetters(place, word);
    if (!match) return null;
    all = { score: all.score + match.score, marks: [...all.marks, ...match.marks] };
  }
  const marks = [...new Set(all.marks)].sort((a, b) => a - b);
  return { score: all.score - text.length / 100, marks };
}
