import { Problem, Unreachable } from "../api/client";
import { drawRule } from "../api/convert";
import { speak } from "../canvas/ui";
import { t } from "../i18n";
import { editor } from "../store";
import { fileName, saveFile } from "./files";

/** Pixels of the picture for one of the drawing; the bounds are those that every browser keeps to. */
const SCALE = 2;
const MOST_SIDE = 16_384;
const MOST_PIXELS = 100_000_000;
/** A picture that takes longer is announced. */
const SLOW = 600;

/** Pixels for each px of a drawing of that size: two, or as many as a browser can hold. */
export function scaleFor(width: number, height: number): number {
  return Math.min(SCALE, MOST_SIDE / width, MOST_SIDE / height, Math.sqrt(MOST_PIXELS / (width * height)));
}

class NotDrawn extends Error {}

function drawing(): Promise<string> {
  const { document: rule, layout } = editor.getState().history.present;
  return drawRule(rule, layout);
}

/** The drawing on white paper. The image comes from a data: address, since the policy of the page admits no other. */
async function painted(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = scaleFor(image.naturalWidth, image.naturalHeight);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const paper = canvas.getContext("2d");
  if (!paper) throw new NotDrawn();
  paper.fillStyle = "white";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, "image/png"); });
  if (!blob) throw new NotDrawn();
  return blob;
}

function whyNot(error: unknown): string {
  if (error instanceof Problem || error instanceof Unreachable) return error.message;
  return t("The browser could not draw the picture. Export it as SVG instead.");
}

/** Does the work, says so where it takes long, and says why where it fails. */
async function drawn(work: () => Promise<void>): Promise<void> {
  const { setNotice } = editor.getState();
  const timer = setTimeout(() => { setNotice({ kind: "info", text: t("Drawing the picture…") }); }, SLOW);
  try {
    await work();
  } catch (error) {
    setNotice({ kind: "error", text: t("No picture. {reason}", { reason: whyNot(error) }) });
  } finally {
    clearTimeout(timer);
  }
}

function keep(content: BlobPart, type: string, ending: string): void {
  const file = fileName(editor.getState().history.present.document.name, ending);
  saveFile(new Blob([content], { type }), file);
  editor.getState().setNotice({ kind: "success", text: t("Saved as the file {file}", { file }) });
  speak(t("Saved as the file {file}", { file }));
}

/** The rule as it stands on the screen, as a file of vectors. */
export function exportSvg(): Promise<void> {
  return drawn(async () => { keep(await drawing(), "image/svg+xml", "svg"); });
}

/** The same as a file of pixels. */
export function exportPng(): Promise<void> {
  return drawn(async () => { keep(await painted(await drawing()), "image/png", "png"); });
}

/** The same on the clipboard. */
export function copyPicture(): Promise<void> {
  return drawn(async () => {
    const picture = drawing().then(painted);
    const { setNotice } = editor.getState();
    try {
      // The promise, not the picture: some browsers forget the key press that allowed this while they wait.
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    } catch {
      await picture;
      setNotice({ kind: "error", text: t("The browser does not let this page copy pictures. Export it as PNG instead.") });
      return;
    }
    setNotice({ kind: "success", text: t("Picture copied.") });
  });
}
