import { edgeFrom, edgesInto, exitsOf, kindOf, nodeById } from "../model/rule";
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

/** The stop an arrow key leads to from a card: left true, right or down false, up back, Home and End the ends. */
export function stopFrom(doc: RuleDocument, id: string, key: string): Stop | null {
  const all = orderOf(doc);
  if (key === "Home") return all[0] === undefined ? null : { id: all[0] };
  if (key === "End") {
    const end = all.findLast((other) => nodeById(doc, other)?.type === "End") ?? all.at(-1);
    return end === undefined ? null : { id: end };
  }
  if (key !== "ArrowUp") return onward(doc, id, key);
  const into = edgesInto(doc, id)[0];
  return into ? { id: into.source } : null;
}
