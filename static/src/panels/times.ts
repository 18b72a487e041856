import { locale } from "../i18n";

/** A time as the reader writes it: of today only the hour, of another day the date too. Answers odd text as it is. */
export function timeOf(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return String(at);
  const today = date.toDateString() === new Date().toDateString();
  return today
    ? date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" })
    : date.toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });
}
