import { kindOf } from "./graph";
import { once } from "./once";
import { ATTRIBUTES, combineOf, isGroup, treeOf } from "./tree";
import type { FlowNode, Group, Joiner, Size, TreeNode } from "./types";
import { groupWords, leafWords, mergeWords, type LeafWords } from "./words";

/** Cards stand on it, and their sizes are multiples of it; canvas pixels. */
export const GRID = 8;

export const CARD_WIDTH = 304;
const PILL: Size = { width: 72, height: 32 };
const HEAD_HEIGHT = 32;
const CONDITION_LINE = 22;
const MERGE_LINE = 20;

/** Space under the last condition, and above and below the lines of a merge card together. */
const CONDITION_PADDING = 8;
const MERGE_PADDING = 12;
/** Card width less 12 px on either side. */
const TEXT_WIDTH = CARD_WIDTH - 24;
/** A bracket with its word in front takes this much from every line inside it. */
const BRACKET_WIDTH = 56;
const LEAST_WIDTH = 64;

/**
 * One line of a card. On a condition card: a condition, or an inner group without any (`words` is null then).
 * `groups` are the inner groups around it, outermost first; `opens` the ones whose first line it is.
 * On a merge card: `id` is "by", "waits" or "tells". `rows` is how many rows the text takes when it wraps.
 */
export type CardLine = {
  id: string;
  groups: Joiner[];
  opens: Joiner[];
  words: LeafWords | null;
  text: string;
  rows: number;
};

/** Width of a text in the 13 px interface font: a generous estimate, since the model cannot measure. */
function textWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width;
}

/** What the letters met so far take: nearly all are among a hundred, and a large rule has thousands of them. */
const widths = new Map<string, number>();

function letterWidth(letter: string): number {
  const known = widths.get(letter);
  if (known !== undefined) return known;
  const width = estimated(letter);
  if (letter < "\u2e80") widths.set(letter, width);
  return width;
}

function estimated(letter: string): number {
  if (letter > "\u2e80") return 13;
  if (/[mwMW@%]/.test(letter)) return 12;
  if (/[A-Z0-9&#]/.test(letter)) return 8.6;
  return /[ fijlrt.,:;'|()[\]-]/.test(letter) ? 4.2 : 7.3;
}

/** How many rows pieces of those widths take, set side by side and wrapped; a wider piece breaks inside. */
function rowsFor(widths: number[], available: number): number {
  let rows = 1;
  let used = 0;
  for (const width of widths) {
    if (used > 0 && used + width > available) {
      rows += 1;
      used = 0;
    }
    const breaks = Math.max(0, Math.ceil((used + width) / available) - 1);
    rows += breaks;
    used += width - breaks * available;
  }
  return rows;
}

function conditionRows(words: LeafWords, key: string, depth: number): number {
  const icon = key === "event_severity" ? 18 : 0;
  const chips = words.values.map((value) => textWidth(value) + 12 + icon + 5);
  // A card says "tag" in front of a tag's name.
  const subject = textWidth(!ATTRIBUTES.includes(key) ? `tag ${words.subject}` : words.subject);
  const quiet = [subject + 5, textWidth(words.verb) + 5];
  return rowsFor([...quiet, ...chips], Math.max(LEAST_WIDTH, TEXT_WIDTH - depth * BRACKET_WIDTH));
}

function treeLine(node: TreeNode, groups: Joiner[], opens: Joiner[]): CardLine {
  if (isGroup(node)) return { id: node.id, groups, opens, words: null, text: groupWords(node), rows: 1 };
  const words = leafWords(node);
  const text = [words.subject, words.verb, words.values.join(", ")].join(" ").trim();
  return { id: node.id, groups, opens, words, text, rows: conditionRows(words, node.match.key, groups.length) };
}

function groupLines(group: Group, groups: Joiner[], opens: Joiner[]): CardLine[] {
  return group.nodes.flatMap((child, index) => {
    const opening = index === 0 ? opens : [];
    if (!isGroup(child)) return [treeLine(child, groups, opening)];
    const inside = [...groups, child.value];
    const opensHere = [...opening, child.value];
    return child.nodes.length === 0 ? [treeLine(child, inside, opensHere)] : groupLines(child, inside, opensHere);
  });
}

function mergeLines(node: FlowNode): CardLine[] {
  const words = mergeWords(combineOf(node) ?? {});
  const tells = words.tells.length === 0 ? "tells nobody" : `tells ${words.tells.join(", ")}`;
  const texts: [string, string][] = [
    ["by", words.by],
    ["waits", words.waits],
    ["tells", tells],
  ];
  return texts.map(([id, text]) => ({
    id,
    groups: [],
    opens: [],
    words: null,
    text,
    rows: rowsFor(
      text.split(" ").map((word) => textWidth(`${word} `)),
      TEXT_WIDTH,
    ),
  }));
}

/** What a card shows below its head, line by line. */
export function cardLines(node: FlowNode): CardLine[] {
  const kind = kindOf(node);
  if (kind === "combine") return mergeLines(node);
  const tree = kind === "condition" ? treeOf(node) : null;
  return tree ? groupLines(tree, [], []) : [];
}

/** Height of a card in px, a multiple of 8. */
export function cardHeight(node: FlowNode): number {
  const kind = kindOf(node);
  if (kind === "start" || kind === "end") return PILL.height;
  const rows = Math.max(
    1,
    cardLines(node).reduce((sum, line) => sum + line.rows, 0),
  );
  const body = kind === "combine" ? rows * MERGE_LINE + MERGE_PADDING : rows * CONDITION_LINE + CONDITION_PADDING;
  return Math.ceil((HEAD_HEIGHT + body) / GRID) * GRID;
}

/** Width and height of a card in px. */
export const sizeOf: (node: FlowNode) => Size = once((node) => {
  const kind = kindOf(node);
  return kind === "start" || kind === "end" ? PILL : { width: CARD_WIDTH, height: cardHeight(node) };
});
