import { t } from "../i18n";
import { chainReason, moveBranch, moveInChain, swapExits } from "../model/branches";
import { edgeById, edgeFrom, edgesInto, exitOf, kindOf, nodeById } from "../model/rule";
import type { ExitRef, FlowEdge, RuleDocument } from "../model/types";
import { readOnlyReason } from "../readOnly";
import { editor } from "../store";
import { exitTitle, titleOf } from "./derived";
import { chosenCards, focusCards, focusExit } from "./edits";
import { leadWords } from "./spoken";
import { speak } from "./ui";

function rule(): RuleDocument {
  return editor.getState().history.present.document;
}

/** The one card that keys and menus are meant for, when it is a condition. */
function chosenCondition(): string | null {
  const [id, ...others] = chosenCards();
  const node = id === undefined || others.length > 0 ? undefined : nodeById(rule(), id);
  return node && kindOf(node) === "condition" ? node.id : null;
}

function conditionReason(): string | null {
  return readOnlyReason() ?? (chosenCondition() === null ? t("Choose one condition first.") : null);
}

/** Why the chosen condition cannot be asked earlier (-1) or later (1), or null. */
export function chainMoveReason(delta: -1 | 1): string | null {
  const id = chosenCondition();
  const reason = id === null ? null : chainReason(rule(), id, delta);
  return conditionReason() ?? (reason === null ? null : t(reason));
}

/** Asks the chosen condition one place earlier or later than now. */
export function moveChosenInChain(delta: -1 | 1): void {
  const id = chosenCondition();
  if (id === null) return;
  const label = delta < 0 ? t("Ask earlier") : t("Ask later");
  editor.getState().apply(label, (draft) => moveInChain(draft, id, delta));
  focusCards([id]);
  const before = edgesInto(rule(), id)[0];
  const params = { card: titleOf(rule(), id), exit: before ? exitTitle(rule(), before.source, exitOf(before)) : t("nothing") };
  speak(t("Moved: it is {card} now and follows {exit}", params));
}

/** Why the branches of the chosen condition cannot change places, or null. */
export function swapReason(): string | null {
  const id = chosenCondition();
  const open = id !== null && !edgeFrom(rule(), id, "true") && !edgeFrom(rule(), id, "false");
  return conditionReason() ?? (open ? t("Both branches lead nowhere yet.") : null);
}

/** Lets true and false of the chosen condition change places. */
export function swapChosen(): void {
  const id = chosenCondition();
  if (id === null) return;
  editor.getState().apply(t("Swap true and false"), (draft) => swapExits(draft, id));
  focusCards([id]);
  speak([leadWords(rule(), id, "true"), leadWords(rule(), id, "false")].join(t(", ")));
}

/** Hangs the branch that begins with an edge at another exit; one that hangs there comes in its place. */
export function hangBranch(edge: FlowEdge, to: ExitRef): void {
  const other = edgeFrom(rule(), to.id, to.exit);
  editor.getState().apply(t("Move a branch"), (draft) => moveBranch(draft, edge.id, to));
  focusExit(to);
  const target = edgeById(rule(), other ? other.id : edge.id)?.target ?? "";
  const params = { card: titleOf(rule(), target), exit: exitTitle(rule(), to.id, to.exit) };
  speak(other ? t("{exit} leads to {card}; the branches changed places", params) : t("{exit} leads to {card}", params));
}
