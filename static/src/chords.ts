/** Keys as the browser names them; "Mod" is Cmd on a Mac and Ctrl elsewhere. */
export type Chord = { key: string; mod?: true; shift?: true; alt?: true };

/** What keys ask for. */
export type Keyed = {
  chords: readonly Chord[];
  /** Works while the caret is in a text field. */
  inText?: true;
  /** The browser hears its keys and tells the page by events of its own. */
  byBrowser?: true;
};

const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);
const KEY_NAMES: Record<string, string> = { Delete: "Del", Backspace: "⌫", ArrowUp: "↑", ArrowDown: "↓" };

/** A chord as it stands on the keyboard: "Ctrl Z", "Shift Alt T". */
export function chordWords({ key, mod, shift, alt }: Chord): string {
  const name = KEY_NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [mod ? (MAC ? "⌘" : "Ctrl") : "", shift ? "Shift" : "", alt ? "Alt" : "", name].filter((part) => part !== "").join(" ");
}

/** Whether a key press is a chord. */
export function matches(chord: Chord, event: KeyboardEvent): boolean {
  const mod = event.ctrlKey || event.metaKey;
  // With Alt the key may be another letter on some keyboards; its place on the keyboard stays.
  const same = event.key.toLowerCase() === chord.key.toLowerCase() || (chord.alt && event.code === `Key${chord.key.toUpperCase()}`);
  // "?" and "+" need Shift on some keyboards and not on others.
  const shiftFits = /^[^a-z0-9]$/i.test(chord.key) || event.shiftKey === (chord.shift ?? false);
  return Boolean(same) && mod === (chord.mod ?? false) && event.altKey === (chord.alt ?? false) && shiftFits;
}

/** Which of the actions a key press asks for; null while the caret is in a text field and the key belongs to the text. */
export function actionFor<Action extends Keyed>(event: KeyboardEvent, inText: boolean, actions: readonly Action[]): Action | null {
  const action = actions.find(({ chords, byBrowser }) => !byBrowser && chords.some((chord) => matches(chord, event)));
  return action && (!inText || action.inText) ? action : null;
}

const TEXT_INPUTS = new Set(["text", "search", "number", "email", "url", "password"]);

/** Whether keys typed at an element are text. */
export function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.has(target.type);
  if (target instanceof HTMLTextAreaElement) return true;
  // A text editor in a root of its own looks like one element from outside.
  return target instanceof HTMLElement && target.dataset.takesText !== undefined;
}
