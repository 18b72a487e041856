import { edgeFrom, exitsOf, kindOf, nodeById, nodesOf } from "./graph";
import type { Exit, ExitRef, FlowNode, RuleDocument } from "./types";

/**
 * One line of the outline. `branch` is the exit that leads here and `from` the same with its card, null for Start and
 * for cards nothing leads to. `again`: the card stands further up already. `open`: not a card but an exit of card `id`
 * that leads nowhere.
 */
export type Row = { id: string; depth: number; branch: Exit | null; from: ExitRef | null; again: boolean; open?: Exit };

class Walk {
  readonly rows: Row[] = [];
  private readonly met = new Set<string>();

  constructor(private readonly doc: RuleDocument) {}

  visit(node: FlowNode, depth: number, from: ExitRef | null): void {
    const again = this.met.has(node.id);
    this.rows.push({ id: node.id, depth, branch: from?.exit ?? null, from, again });
    if (again) return;
    this.met.add(node.id);
    for (const exit of exitsOf(kindOf(node))) this.follow(node, exit, depth);
  }

  has(id: string): boolean {
    return this.met.has(id);
  }

  private follow(node: FlowNode, exit: Exit, depth: number): void {
    const below = exit === "true" ? depth + 1 : depth;
    const from = { id: node.id, exit };
    const edge = edgeFrom(this.doc, node.id, exit);
    const target = edge && nodeById(this.doc, edge.target);
    if (target) this.visit(target, below, from);
    // A merge card may end the way; any other exit wants a card.
    else if (kindOf(node) !== "combine") {
      this.rows.push({ id: node.id, depth: below, branch: exit, from, again: false, open: exit });
    }
  }
}

/** The rule as an indented list: each condition, its true side one step in, then its false side; loose cards last. */
export function outlineOf(doc: RuleDocument): Row[] {
  const walk = new Walk(doc);
  const nodes = nodesOf(doc);
  const starts = nodes.filter((node) => kindOf(node) === "start");
  for (const node of [...starts, ...nodes]) {
    if (!walk.has(node.id)) walk.visit(node, 0, null);
  }
  return walk.rows;
}

/** The ids of all cards in outline order, each once. */
export function order(doc: RuleDocument): string[] {
  return outlineOf(doc)
    .filter((row) => !row.again && row.open === undefined)
    .map((row) => row.id);
}
