import { useUi } from "../canvas/ui";
import { later, overWait } from "../parts/later";
import { editor } from "../store";
import { lateLayer } from "./layers";
import { useNews } from "./watching";

/*
 * What the first picture does not need. All of it is brought when the page has nothing else to do, so that it is
 * usually there before it is asked for.
 */

function closeDialog(): void {
  useUi.setState({ dialog: null });
}

export const SelectionForm = later(async () => (await import("./SelectionForm")).SelectionForm);
export const TestPanel = later(async () => (await import("./test/TestPanel")).TestPanel);
export const JsonPanel = later(async () => (await import("./JsonPanel")).JsonPanel);
export const DraftOffer = later(async () => (await import("./DraftOffer")).DraftOffer);
export const DiffCanvas = later(async () => (await import("../compare/DiffCanvas")).DiffCanvas);
export const Finder = later(
  async () => (await import("./Finder")).Finder,
  overWait(() => { useUi.setState({ finding: false }); }),
);
export const SubmitDialog = later(async () => (await import("./SubmitDialog")).SubmitDialog, overWait(closeDialog));
export const ShortcutsDialog = later(async () => (await import("./ShortcutsDialog")).ShortcutsDialog, overWait(closeDialog));
export const ConflictDialog = later(
  async () => (await import("./ConflictDialog")).ConflictDialog,
  overWait(() => { editor.setState({ conflict: null }); }),
);
export const NewsDialog = later(
  async () => (await import("./NewsDialog")).NewsDialog,
  overWait(() => { useNews.setState({ reading: false }); }),
);

export const SaveDialog = lateLayer(async () => (await import("./SaveDialog")).SaveDialog);
export const CommandPalette = lateLayer(async () => (await import("./palette/CommandPalette")).CommandPalette);
/** The largest part by far: whoever opens the JSON panel waits for it, nobody else loads it. */
export const JsonText = later(async () => (await import("./json/JsonText")).JsonText);

/** In the order in which they are likely to be asked for. The picture of two versions waits until somebody wants it. */
export const LATE_PARTS = [
  SelectionForm,
  SubmitDialog,
  Finder,
  CommandPalette,
  TestPanel,
  SaveDialog,
  JsonPanel,
  ConflictDialog,
  NewsDialog,
  ShortcutsDialog,
];
