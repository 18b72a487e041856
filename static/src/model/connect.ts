import { edgeFrom, exitsOf, kindOf, nodeById, reachableFrom } from "./graph";
import type { ExitRef, FlowNode, RuleDocument } from "./types";

/** The findings the check of the server has for the same edge; "edge-value" is an exit the card does not have. */
export type ConnectCode =
  | "edge-dangling"
  | "edge-self"
  | "end-exit"
  | "start-entry"
  | "start-to-end"
  | "combine-exit-target"
  | "flow-cycle"
  | "edge-value";

/** Why a connection is refused. Each is a whole message, to be translated as it stands. */
export const REASONS = {
  "edge-dangling": "That card is not part of this rule.",
  "edge-self": "A card cannot lead to itself.",
  "end-exit": "End leads nowhere: the way is over there.",
  "start-entry": "Nothing can lead back to Start.",
  "start-to-end": "Start cannot lead straight to End: put a card between them.",
  "combine-exit-target": "A merge card can only lead to End.",
  "flow-cycle": "This would close a loop: the target already leads here.",
  "edge-value": "This card has no such exit.",
} as const satisfies Record<ConnectCode, string>;

export type Reason = (typeof REASONS)[ConnectCode];
export type Verdict = { ok: true; replaces?: string } | { ok: false; code: ConnectCode; reason: Reason };

function refusal(doc: RuleDocument, source: FlowNode, target: FlowNode): ConnectCode | null {
  const from = kindOf(source);
  const to = kindOf(target);
  if (source.id === target.id) return "edge-self";
  if (from === "end") return "end-exit";
  if (to === "start") return "start-entry";
  if (from === "start" && to === "end") return "start-to-end";
  if (from === "combine" && to !== "end") return "combine-exit-target";
  return reachableFrom(doc, target.id).has(source.id) ? "flow-cycle" : null;
}

/**
 * Whether an exit may lead to a card. Dragging, the keyboard, menus and paste all ask here.
 * An exit that is taken already answers ok with the edge it `replaces`.
 */
export function mayConnect(doc: RuleDocument, from: ExitRef, targetId: string): Verdict {
  const source = nodeById(doc, from.id);
  const target = nodeById(doc, targetId);
  const code = source && target ? refusal(doc, source, target) : "edge-dangling";
  if (code !== null) return { ok: false, code, reason: REASONS[code] };
  if (source && !exitsOf(kindOf(source)).includes(from.exit)) {
    return { ok: false, code: "edge-value", reason: REASONS["edge-value"] };
  }
  const taken = edgeFrom(doc, from.id, from.exit);
  return taken ? { ok: true, replaces: taken.id } : { ok: true };
}
