import { fill, type Params } from "../model/say";

let catalog: Record<string, string> = {};

/** The language of the page, as dates and numbers are written in it. */
export function locale(): string {
  return document.documentElement.lang || "en";
}

/** Installs the translations of the page: English text to text in the reader's language. */
export function setCatalog(translations: Record<string, string>): void {
  catalog = translations;
}

/** What `say` says with the messages as they are written. Only what is said before it returns. */
export function inEnglish<T>(say: () => T): T {
  const kept = catalog;
  catalog = {};
  try {
    return say();
  } finally {
    catalog = kept;
  }
}

/** The message in the reader's language, its "{name}" places filled; untranslated messages stay English. */
export function t(message: string, params?: Params): string {
  const translated = Object.hasOwn(catalog, message) ? catalog[message] : "";
  return fill(translated === undefined || translated === "" ? message : translated, params);
}

/** One of two messages by count; both may use "{count}". */
export function n(count: number, one: string, many: string, params: Params = {}): string {
  return t(count === 1 ? one : many, { count, ...params });
}
