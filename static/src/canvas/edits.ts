import { n, t } from "../i18n";
import { align, distribute, type Direction, type Side } from "../model/align";
import { arrange } from "../model/arrange";
import { addCard, connect, disconnect, insertOnEdge, removeNodes } from "../model/commands";
import { mayConnect } from "../model/connect";
import { LIMITS } from "../model/limits";
import { CARD_WIDTH } from "../model/lines";
import { freeAt } from "../model/place";
import { followerOf, removeAndReconnect } from "../model/reconnect";
import { edgeById, edgeFrom, edgesInto, exitOf, hasFlow, kindOf, nodeById, nodesOf, openExits } from "../model/rule";
import type { Draft, ExitRef, Point, RuleDocument } from "../model/types";
import { readOnlyReason } from "../readOnly";
import { editor, type Notice } from "../store";
import { edgeTitle, exitTitle, orderOf, titleOf } from "./derived";
import { deskNow } from "./desk";
import { speak, useUi } from "./ui";
import { fit, freeMiddle, motion, showCard } from "./view";

export type NewKind = "condition" | "combine" | "end";

/** Room enough for a new card of either kind. */
const NEW_SIZE = { width: CARD_WIDTH, height: 104 };

function rule(): RuleDocument {
  return editor.getState().history.present.document;
}

function focusCard(id: string): void {
  focusCards([id]);
}

/** Selects cards and gives the first the focus; in the outline `exitWish`, an exit of it, has it in its place. */
export function focusCards(ids: readonly string[], exitWish: ExitRef | null = null): void {
  const [first] = ids;
  if (first === undefined) return;
  editor.getState().select({ nodes: [...ids] });
  useUi.setState({ current: first, focusWish: first, exitWish });
  // The view is asked after React has drawn the card.
  requestAnimationFrame(() => { showCard(first); });
}

/** Gives the focus to where an exit leads: to its row where the reader works in the outline, else to its card. */
export function focusExit(from: ExitRef): void {
  useUi.setState({ current: from.id, focusWish: from.id, exitWish: from });
}

/** Why a card of that kind cannot be added now, or null. */
export function addReason(kind: NewKind): string | null {
  const doc = rule();
  const reason = readOnlyReason();
  if (reason !== null) return reason;
  if (!hasFlow(doc)) return t("This rule has no flow.");
  const cards = nodesOf(doc).filter((node) => kindOf(node) === "condition").length;
  const full = kind === "condition" && cards >= LIMITS.conditionCards;
  return full ? t("A rule holds at most {count} condition cards.", { count: LIMITS.conditionCards }) : null;
}

function selectedOpenExit(): ExitRef | null {
  const [id, ...others] = editor.getState().selection.nodes;
  const { openExit } = useUi.getState();
  if (id === undefined && openExit && deskNow() === "outline" && !edgeFrom(rule(), openExit.id, openExit.exit)) return openExit;
  const node = id === undefined ? undefined : nodeById(rule(), id);
  if (!node || others.length > 0) return null;
  const [exit] = openExits(rule(), node);
  return exit === undefined ? null : { id: node.id, exit };
}

function withCard(draft: Draft, kind: NewKind, from: ExitRef | null, at: Point | null): { draft: Draft; id: string } {
  const wish = from ? at : (at ?? freeMiddle(CARD_WIDTH));
  const spot = wish && freeAt(draft, wish, NEW_SIZE);
  if (!from) return addCard(draft, kind, spot);
  const taken = edgeFrom(draft.document, from.id, from.exit);
  if (!taken) return addCard(draft, kind, spot, from);
  const added = addCard(draft, kind, spot);
  return { ...added, draft: connect(added.draft, from, added.id) };
}

function addLabel(kind: NewKind): string {
  if (kind === "end") return t("Add an End");
  return kind === "condition" ? t("Add a condition") : t("Add a merge");
}

/** Adds a card behind an exit, or behind the open exit of the selected card, or where the reader looks. */
export function add(kind: NewKind, from: ExitRef | null = selectedOpenExit(), at: Point | null = null): void {
  const reason = addReason(kind);
  if (reason !== null) {
    editor.getState().setNotice({ kind: "info", text: reason });
    return;
  }
  const before = from ? edgeFrom(rule(), from.id, from.exit)?.target : undefined;
  let id = "";
  editor.getState().apply(addLabel(kind), (draft) => {
    const added = withCard(draft, kind, from, at);
    id = added.id;
    return added.draft;
  });
  focusCard(id);
  const card = titleOf(rule(), id);
  if (from && before !== undefined) tellReplaced(from, id, before);
  speak(from ? t("{card} added after {exit}", { card, exit: exitTitle(rule(), from.id, from.exit) }) : t("{card} added", { card }));
}

/** Where the upper left corner of a card goes so that its head lies under the pointer. */
export function underPointer({ x, y }: Point): Point {
  return { x: x - CARD_WIDTH / 2, y: y - 16 };
}

/** Puts a condition on an edge: true leads on to where the edge led, false is open. */
export function insertOn(edgeId: string): void {
  const reason = addReason("condition");
  if (reason !== null) {
    editor.getState().setNotice({ kind: "info", text: reason });
    return;
  }
  const where = edgeTitle(rule(), edgeId);
  useUi.setState({ hoverEdge: null });
  let id = "";
  editor.getState().apply(t("Insert a condition"), (draft) => {
    const added = insertOnEdge(draft, edgeId, "condition");
    id = added.id;
    return added.draft;
  });
  if (id === "") {
    editor.getState().setNotice({ kind: "info", text: t("A merge card can only lead to End.") });
    return;
  }
  focusCard(id);
  speak(t("{card} inserted on {edge}", { card: titleOf(rule(), id), edge: where }));
}

/** Tells that an exit leads to another card than before, and how to have it back. */
function tellReplaced(from: ExitRef, now: string, before: string): void {
  const doc = rule();
  const params = { exit: exitTitle(doc, from.id, from.exit), card: titleOf(doc, now), before: titleOf(doc, before) };
  editor.getState().setNotice({ kind: "info", text: t("{exit} now leads to {card} instead of {before}. Undo brings it back.", params) });
}

/** Leads an exit to a card, or says why not. Answers whether it does now. */
export function lead(from: ExitRef, targetId: string): boolean {
  const doc = rule();
  const verdict = mayConnect(doc, from, targetId);
  if (!verdict.ok) {
    editor.getState().setNotice({ kind: "info", text: t("Not connected: {reason}", { reason: t(verdict.reason) }) });
    return false;
  }
  const before = verdict.replaces === undefined ? undefined : edgeById(doc, verdict.replaces)?.target;
  editor.getState().apply(t("Connect"), (draft) => connect(draft, from, targetId));
  if (before !== undefined && before !== targetId) tellReplaced(from, targetId, before);
  // Cards may be numbered anew by now.
  speak(t("{exit} leads to {card}", { exit: exitTitle(rule(), from.id, from.exit), card: titleOf(rule(), targetId) }));
  return true;
}

/** Ends the connection under way; `targetId` null gives it up. */
export function endConnecting(targetId: string | null): void {
  const { connecting } = useUi.getState();
  useUi.setState({ connecting: null, over: null });
  if (connecting && targetId !== null) lead(connecting.from, targetId);
}

/** Begins a connection by pressing an exit; pressing the same exit again gives it up. */
export function pressExit(from: ExitRef): void {
  if (!editor.getState().can.edit) return;
  const { connecting } = useUi.getState();
  if (connecting?.by === "press") {
    endConnecting(connecting.from.id === from.id ? null : from.id);
    return;
  }
  useUi.setState({ connecting: { from, by: "press" }, over: null });
  const exit = exitTitle(rule(), from.id, from.exit);
  const before = edgeFrom(rule(), from.id, from.exit)?.target;
  speak(
    before === undefined
      ? t("Connecting {exit}. Choose a card, or press Escape.", { exit })
      : t("Connecting {exit}, which leads to {card} now. Choose a card, or press Escape.", { exit, card: titleOf(rule(), before) }),
  );
}

function predecessorOf(doc: RuleDocument, ids: readonly string[]): string | undefined {
  const into = ids.flatMap((id) => edgesInto(doc, id)).find((edge) => !ids.includes(edge.source));
  return into?.source ?? nodesOf(doc).find((node) => kindOf(node) === "start")?.id;
}

/** How a removal is called in the history and told; by default a deletion. */
type Removal = { label: string; said: string };

/** Takes cards out with their edges; focus goes to the card before them. Start stays. */
export function removeCards(ids: readonly string[], removal?: Removal): void {
  const doc = rule();
  const going = ids.filter((id) => {
    const node = nodeById(doc, id);
    return node !== undefined && kindOf(node) !== "start";
  });
  if (going.length === 0) {
    editor.getState().setNotice({ kind: "info", text: t("Start stays: every rule begins there.") });
    return;
  }
  const names = going.map((id) => titleOf(doc, id)).join(t(", "));
  const next = predecessorOf(doc, going);
  const { label, said } = removal ?? { label: t("Delete"), said: t("{names} deleted", { names }) };
  const before = editor.getState().history.present;
  editor.getState().apply(label, (draft) => removeNodes(draft, going));
  speak(said);
  if (next !== undefined) focusCard(next);
  const [only, ...others] = going;
  if (!removal && only !== undefined && others.length === 0) offerReconnect(before, only);
}

/** After a card was deleted: offers to lead what led to it to the card that followed it. */
function offerReconnect(before: Draft, id: string): void {
  const follower = followerOf(before.document, id);
  if (follower === null) return;
  const after = editor.getState().history.present;
  // Cards are numbered anew once one is gone: only names of now are told.
  const opened = edgesInto(before.document, id).map((edge) => exitTitle(after.document, edge.source, exitOf(edge)));
  const params = { exits: opened.join(t(", ")), follower: titleOf(after.document, follower) };
  const notice: Notice = {
    kind: "info",
    text: t("Card deleted. What is open now ({exits}) can lead to {follower}, which followed it.", params),
    action: { label: t("Reconnect"), run: () => { takeUpOffer(before, id, follower); } },
  };
  editor.getState().setNotice(notice);
  const withdraw = editor.subscribe((state) => {
    if (state.history.present === after) return;
    withdraw();
    if (state.notice === notice) state.setNotice(null);
  });
}

function takeUpOffer(before: Draft, id: string, follower: string): void {
  const { undo, history } = editor.getState();
  if (history.past.at(-1)?.draft !== before) return;
  // Deleting and reconnecting are one step: the deletion alone is taken back first.
  undo();
  reconnectWithout(id, follower);
}

function reconnectWithout(id: string, follower: string): void {
  const doc = rule();
  const card = titleOf(doc, id);
  const next = predecessorOf(doc, [id]);
  editor.getState().apply(t("Delete and reconnect"), (draft) => removeAndReconnect(draft, id, follower));
  speak(t("{card} deleted; what led to it leads to {follower}", { card, follower: titleOf(rule(), follower) }));
  if (next !== undefined) focusCard(next);
}

/** Why there is no single card to delete with its neighbours joined, or null. */
export function reconnectReason(): string | null {
  const [id, ...others] = chosenCards();
  const reason = readOnlyReason();
  if (reason !== null) return reason;
  if (id === undefined || others.length > 0) return t("Choose one card first.");
  return followerOf(rule(), id) === null ? t("Nothing leads to this card that could lead on to the next.") : null;
}

/** Deletes the chosen card and leads what led to it to the card that followed it, in one step. */
export function removeChosenAndReconnect(): void {
  const [id] = chosenCards();
  const follower = id === undefined ? null : followerOf(rule(), id);
  if (id !== undefined && follower !== null) reconnectWithout(id, follower);
}

/** Takes an edge out; focus goes to the card it came from. */
export function removeEdge(edgeId: string): void {
  const edge = edgeById(rule(), edgeId);
  if (!edge) return;
  const name = edgeTitle(rule(), edgeId);
  editor.getState().apply(t("Delete"), (draft) => disconnect(draft, edgeId));
  speak(t("{names} deleted", { names: name }));
  focusCards([edge.source], { id: edge.source, exit: exitOf(edge) });
}

/** The cards that keys are meant for: the one that has the focus, with all selected beside it; else those selected. */
export function chosenCards(): string[] {
  const { nodes } = editor.getState().selection;
  const focused = document.activeElement?.closest(".react-flow__node, .outline [data-id]")?.getAttribute("data-id") ?? null;
  return focused === null || nodes.includes(focused) ? nodes : [focused];
}

/** Deletes the chosen cards, or else the edge that is selected. */
export function removeSelected(): void {
  const { selection, can } = editor.getState();
  if (!can.edit) return;
  const cards = chosenCards();
  if (cards.length > 0) removeCards(cards);
  else if (selection.edge !== null) removeEdge(selection.edge);
}

/** Says how many cards are selected now. */
export function tellSelection(): void {
  const count = editor.getState().selection.nodes.length;
  speak(n(count, "{count} card selected", "{count} cards selected"));
}

/** Selects every card of the rule. */
export function selectAll(): void {
  editor.getState().select({ nodes: orderOf(rule()) });
  tellSelection();
}

/** Adds a card to the selection, or takes it out. */
export function toggleSelected(id: string): void {
  const { selection, select } = editor.getState();
  const others = selection.nodes.filter((other) => other !== id);
  select({ nodes: others.length < selection.nodes.length ? others : [...others, id] });
  tellSelection();
}

/** Why several cards cannot be put in line, or null. */
export function alignReason(least: 2 | 3): string | null {
  const enough = editor.getState().selection.nodes.length >= least;
  return readOnlyReason() ?? (enough ? null : t("Select at least {count} cards.", { count: least }));
}

/** Puts the selected cards on one line. */
export function alignSelected(label: string, side: Side): void {
  const { apply, selection } = editor.getState();
  apply(label, (draft) => align(draft, selection.nodes, side));
  speak(label);
}

/** Spreads the selected cards evenly. */
export function distributeSelected(label: string, direction: Direction): void {
  const { apply, selection } = editor.getState();
  apply(label, (draft) => distribute(draft, selection.nodes, direction));
  speak(label);
}

/** Arranges all cards by the placement rule and shows the whole rule. */
export async function tidy(): Promise<void> {
  const layout = await arrange(rule());
  useUi.setState({ tidying: motion() > 0 });
  editor.getState().apply(t("Tidy"), (draft) => ({ ...draft, layout: { ...draft.layout, nodes: layout.nodes } }));
  requestAnimationFrame(fit);
  setTimeout(() => { useUi.setState({ tidying: false }); }, motion(200));
  speak(t("Cards arranged"));
}
