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
