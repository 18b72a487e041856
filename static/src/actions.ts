import { exportPath } from "./api/rules";
import { chainMoveReason, moveChosenInChain, swapChosen, swapReason } from "./canvas/branchEdits";
import { copyReason, cutReason, duplicateChosen, pasteReason } from "./canvas/carrying";
import {
  add,
  addReason,
  alignReason,
  alignSelected,
  distributeSelected,
  reconnectReason,
  removeChosenAndReconnect,
  removeSelected,
  selectAll,
  tidy,
} from "./canvas/edits";
import { copyLink, linkReason } from "./canvas/links";
import { mendFocused, mendFocusedReason } from "./canvas/mending";
import { speak, useUi } from "./canvas/ui";
import { fit, zoomBy } from "./canvas/view";
import { chordWords, type Chord, type Keyed } from "./chords";
import { t } from "./i18n";
import type { Direction, Side } from "./model/align";
import { canRedo, canUndo } from "./model/history";
import { hasFlow } from "./model/rule";
import { copyByMenu, cutByMenu, pasteByMenu } from "./panels/carryingActions";
import { download } from "./panels/files";
import { otherLanguage, switchLanguage } from "./panels/language";
import { CommandPalette, SaveDialog } from "./panels/late";
import { loadOrTell, openLayer } from "./panels/layers";
import { stepReason, stepToProblem } from "./panels/problemSteps";
import { messageSaved, messageToSave } from "./panels/saving";
import { openTest } from "./panels/test/testing";
import { applyReason, applyTyped, isUnsaved, settleTyped } from "./panels/typedJson";
import { readOnlyReason } from "./readOnly";
import { editor } from "./store";

export type ActionId =
  | "add-condition"
  | "add-combine"
  | "undo"
  | "redo"
  | "save"
  | "save-message"
  | "palette"
  | "export"
  | "export-svg"
  | "export-png"
  | "copy-picture"
  | "copy-link"
  | "preview"
  | "history"
  | "rules"
  | "language"
  | "submit"
  | "tidy"
  | "delete"
  | "delete-reconnect"
  | "copy"
  | "cut"
  | "paste"
  | "duplicate"
  | "select-all"
  | "ask-earlier"
  | "ask-later"
  | "swap-branches"
  | "align-left"
  | "align-centre"
  | "align-right"
  | "align-top"
  | "align-middle"
  | "align-bottom"
  | "distribute-across"
  | "distribute-down"
  | "find"
  | "fit"
  | "zoom-in"
  | "zoom-out"
  | "problems"
  | "mend"
  | "next-problem"
  | "previous-problem"
  | "json"
  | "apply-json"
  | "test"
  | "help"
  | "next-change"
  | "previous-change";

export type Action = Keyed & {
  id: ActionId;
  label: () => string;
  /** Why it cannot be done now, or null. */
  reason: () => string | null;
  run: () => void;
};

function saveReason(): string | null {
  if (editor.getState().saving) return t("Saving…");
  return readOnlyReason() ?? (isUnsaved() ? null : t("Everything is saved."));
}

function submitReason(): string | null {
  const { can, findings, submitting } = editor.getState();
  if (!can.submit) return t("Your role may not submit rules.");
  if (submitting) return t("Submitting…");
  if (isUnsaved()) return t("Save first: only a saved version can be submitted.");
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return errors > 0 ? t("Mend the errors first: {count} left.", { count: errors }) : null;
}

function tellSaved(): void {
  const { ruleId, saved, setNotice } = editor.getState();
  if (ruleId === null || saved === null) return;
  const address = `/rules/${encodeURIComponent(ruleId)}/`;
  if (window.location.pathname !== address) window.history.replaceState(null, "", address);
  setNotice({ kind: "success", text: t("Saved as v{version}", { version: saved.version }) });
}

/**
 * Stores the draft, with what was typed in the JSON panel and the message that is being written; a rule saved for the
 * first time gets its own address. Answers whether it was stored; if not, a notice or a conflict says why.
 */
export async function save(): Promise<boolean> {
  if (!(await settleTyped()) || !(await editor.getState().save(messageToSave()))) return false;
  messageSaved();
  tellSaved();
  return true;
}

function previewReason(): string | null {
  return editor.getState().ruleId === null ? t("Save first: this shows the saved version.") : null;
}

function exportReason(): string | null {
  return editor.getState().ruleId === null || isUnsaved() ? t("Save first: this exports the saved version.") : null;
}

function copyPictureReason(): string | null {
  return "ClipboardItem" in window ? null : t("The browser does not let this page copy pictures. Export it as PNG instead.");
}

/** The address of a page of the rule. */
export function pageOfRule(page: "preview" | "history"): string {
  return `/rules/${encodeURIComponent(editor.getState().ruleId ?? "")}/${page}/`;
}

async function picture(kind: "exportSvg" | "exportPng" | "copyPicture"): Promise<void> {
  const pictures = await loadOrTell(() => import("./panels/pictures"));
  await pictures?.[kind]();
}

function toggleDrawer(name: "problems" | "json"): void {
  const { drawer, setDrawer } = editor.getState();
  setDrawer(drawer === name ? null : name);
}

/** What the last message spoke of may be gone after a step back or forth. */
function travel(step: "undo" | "redo"): void {
  const state = editor.getState();
  const { past, future } = state.history;
  const taken = step === "undo" ? past.at(-1) : future[0];
  state.setNotice(null);
  state[step]();
  if (taken) speak(step === "undo" ? t("Undone: {step}", { step: taken.label }) : t("Redone: {step}", { step: taken.label }));
}

function always(): null {
  return null;
}

function findReason(): string | null {
  return hasFlow(editor.getState().history.present.document) ? null : t("This rule has no flow.");
}

function alignAction(id: ActionId, side: Side, label: () => string): Action {
  return { id, label, chords: [], reason: () => alignReason(2), run: () => { alignSelected(label(), side); } };
}

function distributeAction(id: ActionId, direction: Direction, label: () => string): Action {
  return { id, label, chords: [], reason: () => alignReason(3), run: () => { distributeSelected(label(), direction); } };
}

const COPY: Chord = { key: "c", mod: true };
const CUT: Chord = { key: "x", mod: true };
const PASTE: Chord = { key: "v", mod: true };

/** Everything a key or a button can do, once: buttons, keys and the list of shortcuts read it from here. */
export const ACTIONS: readonly Action[] = [
  {
    id: "add-condition",
    label: () => t("Add a condition"),
    chords: [{ key: "c" }],
    reason: () => addReason("condition"),
    run: () => { add("condition"); },
  },
  {
    id: "add-combine",
    label: () => t("Add a merge"),
    chords: [{ key: "m" }],
    reason: () => addReason("combine"),
    run: () => { add("combine"); },
  },
  {
    id: "undo",
    label: () => t("Undo"),
    chords: [{ key: "z", mod: true }],
    reason: () => (canUndo(editor.getState().history) ? null : t("Nothing to undo.")),
    run: () => { travel("undo"); },
  },
  {
    id: "redo",
    label: () => t("Redo"),
    chords: [
      { key: "z", mod: true, shift: true },
      { key: "y", mod: true },
    ],
    reason: () => (canRedo(editor.getState().history) ? null : t("Nothing to redo.")),
    run: () => { travel("redo"); },
  },
  { id: "save", label: () => t("Save"), chords: [{ key: "s", mod: true }], inText: true, reason: saveReason, run: () => void save() },
  {
    id: "save-message",
    label: () => t("Save with a message…"),
    chords: [{ key: "s", mod: true, shift: true }],
    inText: true,
    reason: saveReason,
    run: () => void openLayer(SaveDialog),
  },
  {
    id: "submit",
    label: () => t("Submit"),
    chords: [],
    reason: submitReason,
    run: () => { useUi.setState({ dialog: "submit" }); },
  },
  {
    id: "tidy",
    label: () => t("Tidy"),
    chords: [{ key: "t", shift: true, alt: true }],
    reason: () => readOnlyReason() ?? (hasFlow(editor.getState().history.present.document) ? null : t("This rule has no flow.")),
    run: () => void tidy(),
  },
  {
    id: "delete",
    label: () => t("Delete the selection"),
    chords: [{ key: "Delete" }, { key: "Backspace" }],
    reason: readOnlyReason,
    run: removeSelected,
  },
  {
    id: "delete-reconnect",
    label: () => t("Delete and reconnect"),
    chords: [
      { key: "Delete", shift: true },
      { key: "Backspace", shift: true },
    ],
    reason: reconnectReason,
    run: removeChosenAndReconnect,
  },
  {
    id: "copy",
    label: () => t("Copy"),
    chords: [COPY],
    byBrowser: true,
    reason: copyReason,
    run: () => void copyByMenu(chordWords(COPY)),
  },
  {
    id: "cut",
    label: () => t("Cut"),
    chords: [CUT],
    byBrowser: true,
    reason: cutReason,
    run: () => void cutByMenu(chordWords(CUT)),
  },
  {
    id: "paste",
    label: () => t("Paste"),
    chords: [PASTE],
    byBrowser: true,
    reason: pasteReason,
    run: () => void pasteByMenu(chordWords(PASTE)),
  },
  {
    id: "duplicate",
    label: () => t("Duplicate"),
    chords: [{ key: "d", mod: true }],
    reason: cutReason,
    run: duplicateChosen,
  },
  { id: "select-all", label: () => t("Select all cards"), chords: [{ key: "a", mod: true }], reason: findReason, run: selectAll },
  {
    id: "ask-earlier",
    label: () => t("Ask earlier"),
    chords: [{ key: "ArrowUp", alt: true }],
    reason: () => chainMoveReason(-1),
    run: () => { moveChosenInChain(-1); },
  },
  {
    id: "ask-later",
    label: () => t("Ask later"),
    chords: [{ key: "ArrowDown", alt: true }],
    reason: () => chainMoveReason(1),
    run: () => { moveChosenInChain(1); },
  },
  { id: "swap-branches", label: () => t("Swap true and false"), chords: [], reason: swapReason, run: swapChosen },
  alignAction("align-left", "left", () => t("Align left")),
  alignAction("align-centre", "centre", () => t("Align centres")),
  alignAction("align-right", "right", () => t("Align right")),
  alignAction("align-top", "top", () => t("Align tops")),
  alignAction("align-middle", "middle", () => t("Align middles")),
  alignAction("align-bottom", "bottom", () => t("Align bottoms")),
  distributeAction("distribute-across", "across", () => t("Distribute across")),
  distributeAction("distribute-down", "down", () => t("Distribute down")),
  {
    id: "find",
    label: () => t("Find a card"),
    chords: [{ key: "f", mod: true }],
    reason: findReason,
    run: () => { useUi.setState({ finding: true }); },
  },
  { id: "fit", label: () => t("Show the whole rule"), chords: [{ key: "1" }], reason: always, run: fit },
  { id: "zoom-in", label: () => t("Zoom in"), chords: [{ key: "+" }, { key: "=" }], reason: always, run: () => { zoomBy(1); } },
  { id: "zoom-out", label: () => t("Zoom out"), chords: [{ key: "-" }], reason: always, run: () => { zoomBy(-1); } },
  {
    id: "palette",
    label: () => t("All commands"),
    chords: [{ key: "k", mod: true }, { key: "F1" }],
    inText: true,
    reason: always,
    run: () => void openLayer(CommandPalette),
  },
  { id: "copy-link", label: () => t("Copy link to this card"), chords: [], reason: linkReason, run: () => void copyLink() },
  {
    id: "export",
    label: () => t("Export as JSON"),
    chords: [],
    reason: exportReason,
    run: () => { download(exportPath(editor.getState().ruleId ?? "")); },
  },
  { id: "export-svg", label: () => t("Export picture (SVG)"), chords: [], reason: always, run: () => void picture("exportSvg") },
  { id: "export-png", label: () => t("Export picture (PNG)"), chords: [], reason: always, run: () => void picture("exportPng") },
  { id: "copy-picture", label: () => t("Copy picture"), chords: [], reason: copyPictureReason, run: () => void picture("copyPicture") },
  { id: "preview", label: () => t("Preview"), chords: [], reason: previewReason, run: () => { window.location.assign(pageOfRule("preview")); } },
  { id: "history", label: () => t("History"), chords: [], reason: previewReason, run: () => { window.location.assign(pageOfRule("history")); } },
  { id: "rules", label: () => t("All rules"), chords: [], reason: always, run: () => { window.location.assign("/"); } },
  { id: "language", label: () => t("Language: {name}", { name: otherLanguage().name }), chords: [], reason: always, run: switchLanguage },
  { id: "problems", label: () => t("Problems"), chords: [{ key: "p" }], reason: always, run: () => { toggleDrawer("problems"); } },
  { id: "mend", label: () => t("Mend the problem in focus"), chords: [{ key: "." }], reason: mendFocusedReason, run: mendFocused },
  {
    id: "next-problem",
    label: () => t("Next problem"),
    chords: [{ key: "F8" }],
    inText: true,
    reason: stepReason,
    run: () => { stepToProblem(1); },
  },
  {
    id: "previous-problem",
    label: () => t("Previous problem"),
    chords: [{ key: "F8", shift: true }],
    inText: true,
    reason: stepReason,
    run: () => { stepToProblem(-1); },
  },
  { id: "json", label: () => t("JSON"), chords: [{ key: "j" }], reason: always, run: () => { toggleDrawer("json"); } },
  {
    id: "apply-json",
    label: () => t("Apply the JSON"),
    chords: [{ key: "Enter", mod: true }],
    inText: true,
    reason: () => readOnlyReason() ?? applyReason(),
    run: () => void applyTyped(),
  },
  { id: "test", label: () => t("Test an alarm"), chords: [{ key: "t" }], reason: always, run: () => { openTest(editor); } },
  {
    id: "help",
    label: () => t("Keyboard shortcuts"),
    chords: [{ key: "?" }],
    reason: always,
    run: () => { useUi.setState({ dialog: "shortcuts" }); },
  },
];

export function actionOf(id: ActionId): Action {
  const action = ACTIONS.find((candidate) => candidate.id === id);
  if (!action) throw new Error(`There is no action ${id}.`);
  return action;
}

/** Does the action, or says why not. */
export function perform(action: Action): void {
  const reason = action.reason();
  if (reason === null) action.run();
  else editor.getState().setNotice({ kind: "info", text: reason });
}

/** The first keys of an action as they stand on the keyboard; nothing for one without. */
export function keysOf(id: ActionId): string | undefined {
  const [chord] = actionOf(id).chords;
  return chord && chordWords(chord);
}
