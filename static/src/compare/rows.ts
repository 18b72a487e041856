import { n, t } from "../i18n";
import { byExit, diff, unionOrder, type CardChange, type Change, type ExitChange, type FieldChange } from "../model/diff";
import { cardTitles, combineOf, kindOf, nodeById, treeOf } from "../model/rule";
import type { Draft, Exit, FlowNode, NodeKind } from "../model/types";
import { settingLines, treeSentence } from "../model/words";

/** One thing that is different, said in a line. `label` may be "", `old` and `now` are null where there is nothing. */
export type Line = { key: string; label: string; how: FieldChange["how"]; old: string | null; now: string | null };

/** One entry of the list of changes: a card, several cards that only moved, or the rule itself. */
export type Row = {
  key: string;
  mark: "added" | "removed" | "changed" | "moved";
  kind: NodeKind | "rule";
  title: string;
  /** What else is to say about the card: what it was called, that it stands elsewhere too. */
  note: string;
  cards: string[];
  lines: Line[];
};

/** What differs between two drafts, with the names their cards have. */
export type Comparison = { before: Draft; after: Draft; changes: Change[]; nameOf: (id: string) => string };

export function compare(before: Draft, after: Draft): Comparison {
  const [old, now] = [cardTitles(before.document, t), cardTitles(after.document, t)];
  const nameOf = (id: string): string => now.get(id) ?? t("{card} (removed)", { card: old.get(id) ?? id });
  return { before, after, changes: diff(before, after, t), nameOf };
}

export function markWord(mark: Row["mark"]): string {
  return { added: t("added"), removed: t("removed"), changed: t("changed"), moved: t("moved") }[mark];
}

function nodeOf({ before, after }: Comparison, id: string): FlowNode | undefined {
  return nodeById(after.document, id) ?? nodeById(before.document, id);
}

/** What a card says, in short lines. */
export function cardWords(node: FlowNode): string[] {
  const tree = treeOf(node);
  if (tree) return [treeSentence(tree, t)];
  return combineOf(node) ? settingLines(node, t) : [];
}

function fieldLine(field: FieldChange, index: number): Line {
  const how = field.how === "moved" ? t("{what} moved", { what: field.label }) : field.label;
  return { key: `${field.pointer} ${index}`, label: how, how: field.how, old: field.old, now: field.new };
}

function exitWord(exit: Exit): string {
  return exit === "plain" ? t("leads to") : t("{branch} leads to", { branch: t(exit) });
}

function exitLine({ nameOf }: Comparison, change: ExitChange): Line[] {
  const words = (ids: readonly string[]): string | null => (ids.length === 0 ? null : ids.map(nameOf).join(t(", ")));
  const { source, exit, before, after, edges } = change;
  const key = `${source} ${exit}`;
  const elsewhere = words(before) !== words(after);
  const how = before.length === 0 ? "added" : after.length === 0 ? "removed" : "changed";
  const nowhere = t("nothing");
  const led: Line = { key, label: exitWord(exit), how, old: words(before) ?? nowhere, now: words(after) ?? nowhere };
  const fields = edges.flatMap((edge) => edge.fields).filter(({ facet }) => !/^\/(source|target|value)$/.test(facet));
  return [...(elsewhere ? [led] : []), ...fields.map((field, index) => fieldLine(field, index))];
}

function ownLines(comparison: Comparison, change: CardChange | undefined, id: string): Line[] {
  if (!change || change.kind === "changed") return (change?.fields ?? []).map(fieldLine);
  const node = nodeOf(comparison, id);
  const side = change.kind === "added" ? ("now" as const) : ("old" as const);
  return (node ? cardWords(node) : []).map((text) => ({
    key: text,
    label: "",
    how: side === "now" ? "added" : "removed",
    old: null,
    now: null,
    [side]: text,
  }));
}

function noteOf({ before, after }: Comparison, change: CardChange | undefined, id: string): string {
  const [old, now] = [before, after].map(({ document }) => cardTitles(document, t).get(id));
  const notes = [
    old !== undefined && now !== undefined && old !== now ? t("was {card}", { card: old }) : "",
    change?.kind === "changed" && change.moved ? t("stands elsewhere too") : "",
  ];
  return notes.filter((note) => note !== "").join(t(", "));
}

function cardRow(comparison: Comparison, id: string, change: CardChange | undefined, exits: ExitChange[]): Row {
  const node = nodeOf(comparison, id);
  const known = nodeById(comparison.after.document, id) !== undefined;
  const lines = change?.kind === "removed" ? [] : exits.flatMap((exit) => exitLine(comparison, exit));
  return {
    key: `card ${id}`,
    mark: change === undefined || change.kind === "moved" ? "changed" : change.kind,
    kind: node ? kindOf(node) : "unknown",
    title: known ? comparison.nameOf(id) : (cardTitles(comparison.before.document, t).get(id) ?? id),
    note: noteOf(comparison, change, id),
    cards: [id],
    lines: [...ownLines(comparison, change, id), ...lines],
  };
}

function movedRow({ nameOf }: Comparison, cards: string[]): Row[] {
  if (cards.length === 0) return [];
  const title = cards.map(nameOf).join(t(", "));
  const line: Line = { key: "place", label: t("place only"), how: "moved", old: null, now: null };
  return [{ key: "moved", mark: "moved", kind: "unknown", title, note: "", cards, lines: [line] }];
}

/** The list of changes: the rule, then each card with where its exits lead, then the cards that only moved. */
export function rowsOf(comparison: Comparison): Row[] {
  const { changes } = comparison;
  const exits = byExit(changes);
  const cards = new Map(
    changes.flatMap((change): [string, CardChange][] => (change.subject === "card" ? [[change.id, change]] : [])),
  );
  const rule = changes.flatMap((change): Row[] =>
    change.subject === "rule"
      ? [{ key: "rule", mark: "changed", kind: "rule", title: t("Rule"), note: "", cards: [], lines: change.fields.map(fieldLine) }]
      : [],
  );
  const sources = exits.map(({ source }) => source);
  const onlyMoved = [...cards.values()].filter(({ id, kind }) => kind === "moved" && !sources.includes(id));
  const order = unionOrder(comparison.before.document, comparison.after.document);
  const ids = order.filter((id) => sources.includes(id) || (cards.has(id) && !onlyMoved.some((moved) => moved.id === id)));
  const rows = ids.map((id) => cardRow(comparison, id, cards.get(id), exits.filter(({ source }) => source === id)));
  return [...rule, ...rows, ...movedRow(comparison, onlyMoved.map(({ id }) => id))];
}

function unlessNone(count: number, words: string): string {
  return count === 0 ? "" : words;
}

/** "2 cards changed, 1 card added, 1 branch leads elsewhere"; "" when nothing differs. */
export function summaryOf(changes: readonly Change[]): string {
  const count = (kind: CardChange["kind"]): number =>
    changes.filter((change) => change.subject === "card" && change.kind === kind).length;
  const come = changes.filter(({ subject, kind }) => subject === "card" && (kind === "added" || kind === "removed"));
  const owners = new Set(come.map(({ id }) => id));
  const branches = byExit(changes).filter(({ source }) => !owners.has(source)).length;
  const own = changes.some(({ subject }) => subject === "rule");
  const [changed, added, removed, moved] = [count("changed"), count("added"), count("removed"), count("moved")];
  const words = [
    unlessNone(changed, n(changed, "{count} card changed", "{count} cards changed")),
    unlessNone(added, n(added, "{count} card added", "{count} cards added")),
    unlessNone(removed, n(removed, "{count} card removed", "{count} cards removed")),
    unlessNone(branches, n(branches, "{count} branch leads elsewhere", "{count} branches lead elsewhere")),
    unlessNone(moved, n(moved, "{count} card moved", "{count} cards moved")),
    own ? t("the rule's own settings changed") : "",
  ];
  return words.filter((word) => word !== "").join(t(", "));
}

/** A row in one sentence, to be read out. */
export function spokenRow({ title, mark, lines }: Row): string {
  const said = lines.map(({ label, old, now, how }) => {
    if (old !== null && now !== null) return t("{label}: {now} instead of {old}", { label, now, old });
    const words = [label, how === "added" || how === "removed" ? (now ?? old ?? "") : ""].filter((word) => word !== "");
    return words.join(": ");
  });
  return [`${title} ${markWord(mark)}`, ...said].join(t(", "));
}
