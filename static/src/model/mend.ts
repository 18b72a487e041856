import { withParts } from "./edit";
import { isObject, nodesOf } from "./graph";
import { patched } from "./patch";
import { underNames, withResponses } from "./responses";
import type { Draft, Finding, Fix, RuleDocument } from "./types";

/** What to press for a finding; null where no mend is certain. */
export function fixOf({ fixes }: Finding): Fix | null {
  return fixes?.[0] ?? null;
}

/** What a fix calls cards anew. */
function namesAfter(before: RuleDocument, after: RuleDocument): Map<string, string> {
  const later = nodesOf(after);
  const renamed = nodesOf(before).flatMap(({ id }, index): [string, string][] => {
    const now = later[index]?.id;
    return now === undefined || now === id ? [] : [[id, now]];
  });
  return new Map(renamed);
}

/** Cards stay where they are by whatever id, with what is prepared on them: a fix neither adds nor moves cards. */
function following(draft: Draft, document: RuleDocument): Draft {
  const names = namesAfter(draft.document, document);
  if (names.size === 0) return withParts(draft, document);
  const { layout, responses } = draft;
  const nodes = Object.entries(layout.nodes).map(([id, point]) => [names.get(id) ?? id, point] as const);
  const placed = withParts(draft, document, { ...layout, nodes: Object.fromEntries(nodes) });
  return responses ? withResponses(placed, underNames(responses, names)) : placed;
}

/** The draft with a fix done to it; the same draft where the fix does not fit it any more. */
export function mend(draft: Draft, { patch }: Fix): Draft {
  const document = patched(draft.document, patch);
  if (document === undefined || !isObject(document)) return draft;
  return following(draft, document);
}

/** The draft with as many of the fixes done as fit one after the other, and how many those are. */
export function mendAll(draft: Draft, findings: readonly Finding[]): { draft: Draft; count: number } {
  const byPlace = new Intl.Collator("en", { numeric: true });
  // From the back: what is removed moves no place that is still to be mended.
  const last = findings.toSorted((a, b) => byPlace.compare(b.pointer, a.pointer));
  return last.reduce(
    (so, finding) => {
      const fix = fixOf(finding);
      const next = fix ? mend(so.draft, fix) : so.draft;
      return next === so.draft ? so : { draft: next, count: so.count + 1 };
    },
    { draft, count: 0 },
  );
}
