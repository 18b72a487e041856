import { add, addReason, removeSelected, tidy } from "./canvas/edits";
import { useUi } from "./canvas/ui";
import { fit, zoomBy } from "./canvas/view";
import { t } from "./i18n";
import { canRedo, canUndo } from "./model/history";
import { hasFlow } from "./model/rule";
import { editor } from "./store";

export type ActionId =
  | "add-condition"
  | "add-combine"
  | "undo"
  | "redo"
  | "save"
  | "submit"
  | "tidy"
  | "delete"
  | "fit"
  | "zoom-in"
  | "zoom-out"
  | "problems"
  | "json"
  | "help";

/** Keys as the browser names them; "Mod" is Cmd on a Mac and Ctrl elsewhere. */
export type Chord = { key: string; mod?: true; shift?: true; alt?: true };

export type Action = {
  id: ActionId;
  label: () => string;
  chords: readonly Chord[];
  /** Works while the caret is in a text field. */
  inText?: true;
  /** Why it cannot be done now, or null. */
  reason: () => string | null;
  run: () => void;
};

function readOnly(): string | null {
  return editor.getState().can.edit ? null : t("You may look at this rule, not change it.");
}

function saveReason(): string | null {
  const { saving, dirty } = editor.getState();
  if (saving) return t("Saving…");
  return readOnly() ?? (dirty() ? null : t("Everything is saved."));
}

function submitReason(): string | null {
  const { can, dirty, findings, submitting } = editor.getState();
  if (!can.submit) return t("Your role may not submit rules.");
  if (submitting) return t("Submitting…");
  if (dirty()) return t("Save first: only a saved version can be submitted.");
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return errors > 0 ? t("Mend the errors first: {count} left.", { count: errors }) : null;
}

/** Stores the draft; a rule saved for the first time gets its own address. */
export async function save(): Promise<void> {
  if (!(await editor.getState().save())) return;
  const { ruleId, saved, setNotice } = editor.getState();
  if (ruleId === null || saved === null) return;
  window.history.replaceState(null, "", `/rules/${encodeURIComponent(ruleId)}/`);
  setNotice({ kind: "success", text: t("Saved as v{version}", { version: saved.version }) });
}

function toggleDrawer(name: "problems" | "json"): void {
  const { drawer, setDrawer } = editor.getState();
  setDrawer(drawer === name ? null : name);
}

/** What the last message spoke of may be gone after a step back or forth. */
function travel(step: "undo" | "redo"): void {
  const state = editor.getState();
  state.setNotice(null);
  state[step]();
}

function always(): null {
  return null;
}

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
    reason: () => readOnly() ?? (hasFlow(editor.getState().history.present.document) ? null : t("This rule has no flow.")),
    run: () => void tidy(),
  },
  {
    id: "delete",
    label: () => t("Delete the selection"),
    chords: [{ key: "Delete" }, { key: "Backspace" }],
    reason: readOnly,
    run: removeSelected,
  },
  { id: "fit", label: () => t("Show the whole rule"), chords: [{ key: "1" }], reason: always, run: fit },
  { id: "zoom-in", label: () => t("Zoom in"), chords: [{ key: "+" }, { key: "=" }], reason: always, run: () => { zoomBy(1); } },
  { id: "zoom-out", label: () => t("Zoom out"), chords: [{ key: "-" }], reason: always, run: () => { zoomBy(-1); } },
  { id: "problems", label: () => t("Problems"), chords: [{ key: "p" }], reason: always, run: () => { toggleDrawer("problems"); } },
  { id: "json", label: () => t("JSON"), chords: [{ key: "j" }], reason: always, run: () => { toggleDrawer("json"); } },
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

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);
const KEY_NAMES: Record<string, string> = { Delete: "Del", Backspace: "⌫" };

/** A chord as it stands on the keyboard: "Ctrl Z", "Shift Alt T". */
export function chordWords({ key, mod, shift, alt }: Chord): string {
  const name = KEY_NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [mod ? (MAC ? "⌘" : "Ctrl") : "", shift ? "Shift" : "", alt ? "Alt" : "", name].filter((part) => part !== "").join(" ");
}

function matches(chord: Chord, event: KeyboardEvent): boolean {
  const mod = event.ctrlKey || event.metaKey;
  // With Alt the key may be another letter on some keyboards; its place on the keyboard stays.
  const same = event.key.toLowerCase() === chord.key.toLowerCase() || (chord.alt && event.code === `Key${chord.key.toUpperCase()}`);
  // "?" and "+" need Shift on some keyboards and not on others.
  const shiftFits = /^[^a-z0-9]$/i.test(chord.key) || event.shiftKey === (chord.shift ?? false);
  return Boolean(same) && mod === (chord.mod ?? false) && event.altKey === (chord.alt ?? false) && shiftFits;
}

/** The action a key press asks for; null while the caret is in a text field and the key belongs to the text. */
export function actionFor(event: KeyboardEvent, inText: boolean): Action | null {
  const action = ACTIONS.find(({ chords }) => chords.some((chord) => matches(chord, event)));
  return action && (!inText || action.inText) ? action : null;
}
