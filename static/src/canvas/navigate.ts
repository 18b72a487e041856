import { edgeFrom, edgesInto, exitOf, exitsOf, kindOf, nodeById } from "../model/rule";
import type { Exit, RuleDocument } from "../model/types";
import { orderOf } from "./derived";

/** Where an arrow key leads: to a card, or to the open end of an exit. */
export type Stop = { id: string; open?: Exit };

const EXIT_KEYS: Record<string, Exit[]> = {
  ArrowLeft: ["true"],
  ArrowRight: ["false"],
  ArrowDown: ["false", "plain"],
};

function onward(doc: RuleDocument, id: string, key: string): Stop | null {
  const node = nodeById(doc, id);
  const exits = node ? exitsOf(kindOf(node)) : [];
  const exit = EXIT_KEYS[key]?.find((candidate) => exits.includes(candidate));
  if (exit === undefined) return null;
  const edge = edgeFrom(doc, id, exit);
  if (edge) return { id: edge.target };
  return exit === "plain" && node && kindOf(node) === "combine" ? null : { id, open: exit };
}

/** The other branch of the card before: to its left the true one, to its right the false one. */
function sibling(doc: RuleDocument, id: string, key: string): Stop | null {
  const other: Exit = key === "ArrowLeft" ? "true" : "false";
  const into = edgesInto(doc, id).find((edge) => exitOf(edge) !== other && exitOf(edge) !== "plain");
  if (!into) return null;
  const edge = edgeFrom(doc, into.source, other);
  return edge ? { id: edge.target } : { id: into.source, open: other };
}

function back(doc: RuleDocument, id: string, cameFrom: string | undefined): Stop | null {
  const into = edgesInto(doc, id);
  const edge = into.find(({ source }) => source === cameFrom) ?? into[0];
  return edge ? { id: edge.source } : null;
}

/**
 * The stop an arrow key leads to from a card: left true, right or down false, up back to where the reader came from,
 * Home and End the ends. From a card without such branches left and right lead to the other branch of the card before.
 */
export function stopFrom(doc: RuleDocument, id: string, key: string, cameFrom?: string): Stop | null {
  const all = orderOf(doc);
  if (key === "Home") return all[0] === undefined ? null : { id: all[0] };
  if (key === "End") {
    const end = all.findLast((other) => nodeById(doc, other)?.type === "End") ?? all.at(-1);
    return end === undefined ? null : { id: end };
  }
  if (key === "ArrowUp") return back(doc, id, cameFrom);
  const stop = onward(doc, id, key);
  return stop ?? (key === "ArrowLeft" || key === "ArrowRight" ? sibling(doc, id, key) : null);
}
