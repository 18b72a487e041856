import { connect, removeNodes } from "./commands";
import { mayConnect } from "./connect";
import { edgeFrom, edgesInto, exitOf, exitsOf, kindOf, nodeById } from "./graph";
import type { Draft, Exit, FlowEdge, RuleDocument } from "./types";

/** Which way on is taken when a card goes: the false branch carries on where a condition no longer asks. */
const WAYS_ON: readonly Exit[] = ["false", "plain", "true"];

function waysOn(doc: RuleDocument, id: string): string[] {
  const node = nodeById(doc, id);
  const exits = node ? exitsOf(kindOf(node)) : [];
  return WAYS_ON.filter((exit) => exits.includes(exit)).flatMap((exit) => edgeFrom(doc, id, exit)?.target ?? []);
}

function movable(doc: RuleDocument, id: string, follower: string): FlowEdge[] {
  return edgesInto(doc, id).filter((edge) => mayConnect(doc, { id: edge.source, exit: exitOf(edge) }, follower).ok);
}

/** The card that what leads to `id` could lead to once it is gone: null when nothing leads there, or may lead on. */
export function followerOf(doc: RuleDocument, id: string): string | null {
  return waysOn(doc, id).find((follower) => follower !== id && movable(doc, id, follower).length > 0) ?? null;
}

/**
 * Takes a card out and leads every exit that led to it to `follower` instead; those that may not lead there are
 * left open. The edges keep their ids. The same draft when there is nothing to reconnect.
 */
export function removeAndReconnect(draft: Draft, id: string, follower: string): Draft {
  const edges = movable(draft.document, id, follower);
  if (edges.length === 0 || follower === id) return draft;
  const led = edges.reduce((now, edge) => connect(now, { id: edge.source, exit: exitOf(edge) }, follower), draft);
  return removeNodes(led, [id]);
}
