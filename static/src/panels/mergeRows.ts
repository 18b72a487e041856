import { cardWords, type Line } from "../compare/rows";
import { t } from "../i18n";
import { diff, type Change } from "../model/diff";
import type { Part, Side, Three } from "../model/merge";
import { cardTitles, edgesOf, exitOf, kindOf, nodeById } from "../model/rule";
import type { Draft, FlowNode, NodeKind } from "../model/types";

/** What one side says of a part: nothing new (`lines` empty), or what it changed. */
export type Said = { changed: boolean; lines: Line[] };
/** One choice of the dialog, in words. */
export type MergeRow = { part: Part; kind: NodeKind | "rule"; title: string; what: string; theirs: Said; mine: Said };

type Words = { drafts: Three; changes: Record<Side, Change[]>; titles: Record<keyof Three, Map<string, string>> };

function titleOf({ titles }: Words, id: string): string {
  return titles.mine.get(id) ?? titles.theirs.get(id) ?? titles.base.get(id) ?? id;
}

function plain(text: string, how: "added" | "removed" | "changed" = "changed"): Line {
  return how === "removed" ? { key: text, label: "", how, old: text, now: null } : { key: text, label: "", how, old: null, now: text };
}

function wholeCard(words: Words, part: Part, side: Side): Line[] {
  const here = nodeById(words.drafts[side].document, part.id);
  const base = nodeById(words.drafts.base.document, part.id);
  if (!here) return [plain(base ? t("removed") : t("not there"), base ? "removed" : "changed")];
  const own = words.changes[side].find(({ subject, id }) => subject === "card" && id === part.id);
  if (own && own.fields.length > 0) return own.fields.map(lineOf);
  return (base ? [t("leads here now")] : [t("added"), ...cardWords(here)]).map((text) => plain(text, "added"));
}

function lineOf({ pointer, label, how, old, new: now }: Change["fields"][number], index: number): Line {
  const what = how === "moved" ? t("{what} moved", { what: label }) : label;
  return { key: `${pointer} ${index}`, label: what, how, old, now };
}

function led(words: Words, { id, exit }: Part, draft: keyof Three): string {
  const edges = edgesOf(words.drafts[draft].document).filter((edge) => edge.source === id && exitOf(edge) === exit);
  const name = (target: string): string => words.titles[draft].get(target) ?? target;
  return edges.length === 0 ? t("nothing") : edges.map(({ target }) => name(target)).join(t(", "));
}

function linesOf(words: Words, part: Part, side: Side): Line[] {
  if (part.subject === "exit") {
    return [{ key: "exit", label: t("leads to"), how: "changed", old: led(words, part, "base"), now: led(words, part, side) }];
  }
  if (part.facet === "") return wholeCard(words, part, side);
  const own = words.changes[side].find(({ subject, id }) => subject === part.subject && id === part.id);
  return (own?.fields ?? []).filter(({ facet }) => facet === part.facet).map(lineOf);
}

function whatOf(words: Words, part: Part): string {
  if (part.subject === "exit") return part.exit === "plain" || part.exit === null ? "" : t(part.exit);
  if (part.facet === "") return t("the whole card");
  if (part.facet === "/value") return t("conditions");
  const fields = [...words.changes.mine, ...words.changes.theirs].flatMap(({ subject, id, fields: own }) =>
    subject === part.subject && id === part.id ? own : [],
  );
  return fields.find(({ facet }) => facet === part.facet)?.label ?? part.facet;
}

function nodeOf({ drafts }: Words, id: string): FlowNode | undefined {
  const sides: Draft[] = [drafts.mine, drafts.theirs, drafts.base];
  return sides.map(({ document }) => nodeById(document, id)).find((node) => node !== undefined);
}

/** Every part that can be chosen, in words; those that have to be chosen first. */
export function mergeRows(drafts: Three, parts: readonly Part[]): MergeRow[] {
  const { base, mine, theirs } = drafts;
  const words: Words = {
    drafts,
    changes: { mine: diff(base, mine, t), theirs: diff(base, theirs, t) },
    titles: {
      base: cardTitles(base.document, t),
      mine: cardTitles(mine.document, t),
      theirs: cardTitles(theirs.document, t),
    },
  };
  const said = (part: Part, side: Side): Said => {
    const changed = part.changed === "both" || part.changed === side;
    return { changed, lines: changed ? linesOf(words, part, side) : [] };
  };
  const rows = parts
    .filter(({ follows }) => follows === null)
    .map((part): MergeRow => {
      const node = part.subject === "rule" ? undefined : nodeOf(words, part.id);
      return {
        part,
        kind: part.subject === "rule" ? "rule" : node ? kindOf(node) : "unknown",
        title: part.subject === "rule" ? t("Rule") : titleOf(words, part.id),
        what: whatOf(words, part),
        theirs: said(part, "theirs"),
        mine: said(part, "mine"),
      };
    });
  const rank = ({ part }: MergeRow): number => (part.choice === null ? 0 : part.changed === "both" ? 1 : 2);
  return rows.toSorted((a, b) => rank(a) - rank(b));
}
