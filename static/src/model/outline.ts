import { edgeFrom, exitsOf, kindOf, nodeById, nodesOf } from "./graph";
import type { Exit, FlowNode, RuleDocument } from "./types";

/**
 * One line of the outline. `branch` is the exit that leads here, null for Start and for cards nothing leads to.
 * `again`: the card stands further up already. `open`: not a card but an exit of card `id` that leads nowhere.
 */
export type Row = { id: string; depth: number; branch: Exit | null; again: boolean; open?: Exit };

class Walk {
  readonly rows: Row[] = [];
  private readonly met = new Set<string>();

  constructor(private readonly doc: RuleDocument) {}

  visit(node: FlowNode, depth: number, branch: Exit | null): void {
    const again = this.met.has(node.id);
    this.rows.push({ id: node.id, depth, branch, again });
    if (again) return;
    this.met.add(node.id);
    for (const exit of exitsOf(kindOf(node))) this.follow(node, exit, depth);
  }

  has(id: string): boolean {
    return this.met.has(id);
  }

  private follow(node: FlowNode, exit: Exit, depth: number): void {
    const below = exit === "true" ? depth + 1 : depth;
    const edge = edgeFrom(this.doc, node.id, exit);
    const target = edge && nodeById(this.doc, edge.target);
    if (target) this.visit(target, below, exit);
    // A merge card may end the way; any other exit wants a card.
    else if (kindOf(node) !== "combine") {
      this.rows.push({ id: node.id, depth: below, branch: exit, again: false, open: exit });
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
