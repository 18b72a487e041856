/** The name of a rule as one of a file; what some system cannot have in a file name becomes "_". */
export function fileStem(name: unknown): string {
  const usable = typeof name === "string" ? name.trim().replace(/[\p{Cc}\p{Cf}\\/:*?"<>|]/gu, "_").replace(/^\.+/u, "_").slice(0, 120) : "";
  return usable === "" ? "rule" : usable;
}

/** The name of a file after the rule's. */
export function fileName(name: unknown, ending: string): string {
  return `${fileStem(name)}.${ending}`;
}

/** Hands an address to the browser's downloads, under a name where it has none of its own. */
export function download(href: string, name = ""): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

/** Hands a file made on this page to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const href = URL.createObjectURL(content);
  download(href, name);
  // Not at once: the download has only been asked for.
  setTimeout(() => { URL.revokeObjectURL(href); }, 60_000);
}
