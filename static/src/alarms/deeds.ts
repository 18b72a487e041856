import { create } from "zustand";

import { doDeed, type Deed, type DeedKind } from "../api/alarms";
import { Problem } from "../api/client";
import { t } from "../i18n";
import { EMPTY, incidentBody, incidentFaults, incidentOf, lengthFault, REASON, REMARKS, type Incident } from "./incident";
import type { Fault } from "./request";
import { focusField, isOpen, placeOf, reasonOf, refreshBefore, say, useAlarms, type Looked } from "./state";

/** What was sent, in the very bytes, kept with its key until an answer came. */
type Sent = { kind: DeedKind; alarm: string; text: string; key: string };

/** What is typed to clear the alarm or to make an incident of it, and how the sending stands. */
export type DeedState = {
  /** Whose dialog is open. */
  kind: DeedKind | null;
  /** Of which alarm, over which connection, the drafts are. */
  of: string;
  remarks: string;
  incident: Incident;
  reason: string;
  /** Whether the server asked why another incident is made. */
  asked: boolean;
  strict: boolean;
  /** Faults that the server found. */
  found: Fault[];
  sending: boolean;
  /** Set while nobody knows whether it arrived. */
  sent: Sent | null;
  told: { isUnclear: boolean; text: string } | null;
  /** What came of the last one. */
  done: string;
};

const NOTHING = { remarks: "", incident: EMPTY, reason: "", asked: false, strict: false, found: [], told: null, done: "" };

export const useDeeds = create<DeedState>()(() => ({ kind: null, of: "", sending: false, sent: null, ...NOTHING }));

const { getState, setState } = useDeeds;

function here(): string {
  const { connection, alarm } = useAlarms.getState();
  return `${connection} ${alarm}`;
}

/** Forgets what was typed, and told, for an alarm that is no longer looked at. */
export function followAlarm(): () => void {
  return useAlarms.subscribe((now, before) => {
    if (now.alarm !== before.alarm || now.connection !== before.connection) setState({ kind: null, of: "", ...NOTHING });
  });
}

/** Opens a dialog; what was typed for this alarm before is still there. */
export function openDeed(kind: DeedKind): void {
  const { looked } = useAlarms.getState();
  if (looked.state !== "found") return;
  if (getState().sent !== null) {
    setState({ kind: getState().sent?.kind ?? null });
    return;
  }
  if (getState().of !== here()) setState({ ...NOTHING, of: here(), incident: incidentOf(looked.alarm, placeOf(useAlarms.getState())) });
  setState({ kind, strict: false, found: [], told: null, done: "" });
}

/** Closes the dialog. What is on its way goes on, and is told beneath the buttons. */
export function closeDeed(): void {
  setState({ kind: null });
}

export function editDeed(change: Partial<Pick<DeedState, "remarks" | "incident" | "reason">>): void {
  setState({ ...change, found: [] });
}

/** Whether the alarm has an incident, or may have one, so that another takes a reason. */
export function hasIncident(looked: Looked): boolean {
  if (looked.state !== "found") return false;
  const { alarm, deeds } = looked;
  return Boolean(alarm.associate_event_id) || deeds.some(({ kind, state }) => kind === "incident" && state !== "rejected");
}

export function takesReason({ asked }: DeedState): boolean {
  return asked || hasIncident(useAlarms.getState().looked);
}

function faultsIn(state: DeedState): Fault[] {
  const { kind, remarks, incident, reason } = state;
  if (kind === "clear") {
    const text = lengthFault(remarks, REMARKS);
    return text === null ? [] : [{ field: "remarks", text }];
  }
  if (!takesReason(state)) return incidentFaults(incident);
  const text = lengthFault(reason, [1, REASON[1]]);
  return [...incidentFaults(incident), ...(text === null ? [] : [{ field: "incident-reason", text }])];
}

/** What is wrong with a field, where that is to be shown; null for nothing. */
export function deedFault(field: string): (state: DeedState) => string | null {
  return (state) => {
    const found = [...state.found, ...(state.strict ? faultsIn(state) : [])];
    return found.find((fault) => fault.field === field)?.text ?? null;
  };
}

function bodyOf(state: DeedState): Record<string, unknown> {
  if (state.kind === "clear") return state.remarks.trim() === "" ? {} : { remarks: state.remarks.trim() };
  return { ...incidentBody(state.incident), ...(takesReason(state) ? { reason: state.reason.trim() } : {}) };
}

/** Sends what the open dialog says, unless something is missing: then the first such field gets the focus. */
export function sendDeed(): void {
  const state = getState();
  if (state.kind === null || state.sending || state.sent) return;
  setState({ strict: true, told: null });
  const [first] = faultsIn(state);
  if (first) {
    focusField(first.field);
    return;
  }
  const { alarm, connection } = useAlarms.getState();
  void send({ kind: state.kind, alarm, text: JSON.stringify({ connection, ...bodyOf(state) }), key: crypto.randomUUID() });
}

/** Asks again for what came of it: the same key, so that nothing is done twice. */
export function askAgain(): void {
  const { sent, sending } = getState();
  if (sent && !sending) void send(sent, true);
}

/** Gives up asking; the record keeps it. */
export function letGo(): void {
  setState({ kind: null, sent: null, told: null });
  void refreshBefore();
}

async function send(sent: Sent, again = false): Promise<void> {
  const place = here();
  setState({ sent, sending: true, told: null, found: [] });
  try {
    const deed = await doDeed(sent.alarm, sent.kind, sent.text, sent.key);
    setState({ sending: false, sent: null });
    if (place === here()) ended(deed);
  } catch (error) {
    setState({ sending: false, sent: isOpen(error, again) ? sent : null });
    if (place === here()) refused(error, sent.kind);
  }
}

function ended({ kind, detail }: Deed): void {
  // What is still typed for the other kind stays.
  setState(kind === "clear" ? { kind: null, remarks: "", done: detail } : { kind: null, of: "", ...NOTHING, done: detail });
  say(detail);
  void refreshBefore();
}

function refused(error: unknown, kind: DeedKind): void {
  const body = error instanceof Problem ? error.body : {};
  const text = reasonOf(error);
  const found = foundIn(body.errors);
  setState(({ asked, sent }) => ({ asked: asked || body.needs_reason === true, found, told: { isUnclear: sent !== null || body.state === "unknown", text } }));
  say(text);
  if (body.state === "unknown" || body.needs_reason === true) void refreshBefore();
  if (getState().kind !== kind) return;
  const first = found[0]?.field ?? (body.needs_reason === true ? "incident-reason" : null);
  if (first !== null) focusField(first);
}

function foundIn(errors: unknown): Fault[] {
  if (!Array.isArray(errors)) return [];
  return (errors as { pointer: string; detail: string }[]).map(({ pointer, detail }) => ({ field: pointer === "/reason" ? "incident-reason" : pointer.slice(1), text: detail }));
}

/** Why the alarm cannot be cleared, or no incident can be made of it, now; null where it can. */
export function deedReason(kind: DeedKind, status: unknown): (state: DeedState) => string | null {
  return ({ sending, sent }) => {
    if (!useAlarms.getState().boot.can.handle) return t("Your role may look, and not do this. A designer or an admin may.");
    if (sending) return t("Sending…");
    if (sent !== null) return sent.kind === kind ? null : t("Wait until it is known what came of what was sent.");
    return kind === "clear" && status === "resolved" ? t("COC shows the alarm as resolved already.") : null;
  };
}
