/** Where built files are, as the page names them. */
const BASE = import.meta.env.BASE_URL;

const brought = new Map<string, Promise<void>>();

function isOnPage(url: string): boolean {
  return document.querySelector(`link[href="${CSS.escape(url)}"], script[src="${CSS.escape(url)}"]`) !== null;
}

async function fetchScript(url: string): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  await answer.arrayBuffer();
}

function addStyles(url: string): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => { resolve(); });
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(url));
    });
    document.head.append(link);
  });
}

/** One file of a late part into the browser's cache, once; a file that failed is asked for anew. */
function bringFile(url: string): Promise<void> {
  const known = brought.get(url);
  if (known) return known;
  const coming = isOnPage(url) ? Promise.resolve() : url.endsWith(".css") ? addStyles(url) : fetchScript(url);
  brought.set(url, coming);
  coming.catch(() => { brought.delete(url); });
  return coming;
}

/**
 * Imports a late part, once all its files are in the browser's cache. A browser remembers for as long as the page is
 * open that an import failed, and would never ask again; of a fetch it does not.
 */
export async function bring<T>(load: () => Promise<T>, files: readonly string[] = []): Promise<T> {
  await Promise.all(files.map((file) => bringFile(BASE + file)));
  return load();
}
