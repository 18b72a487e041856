/** The small script of the pages that the server draws. Every page can be read without it. */
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/pages.css";
import "./styles/live.css";
import "./styles/contrast.css";
import "./styles/print.css";
import { Problem, request, Unreachable } from "./api/client";
import { importRule } from "./api/import";
import { setCatalog, t } from "./i18n";
import { startLooking } from "./looking";

const YEAR = 365 * 24 * 3600;

function all<E extends HTMLElement>(selector: string): E[] {
  return [...document.querySelectorAll<E>(selector)];
}

/** Says something in the page's message line; an empty text takes it away. */
function say(text: string, isError: boolean): void {
  const line = document.querySelector<HTMLElement>("[data-said]");
  if (!line) return;
  line.textContent = text;
  line.hidden = text === "";
  line.classList.toggle("error", isError);
}

function reasonOf(error: unknown): string {
  if (error instanceof Problem) {
    const places = error.findings.slice(0, 3).map(({ message, hint }) => `${message} ${hint}`);
    return places.length > 0 ? places.join(" ") : error.message;
  }
  return error instanceof Unreachable ? error.message : t("Something went wrong in this page. Reload it.");
}

/** Runs a request; what goes wrong is said in the page. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    say(reasonOf(error), true);
  }
}

function chooseTheme(theme: string): void {
  document.documentElement.classList.remove("light", "dark");
  if (theme !== "system") document.documentElement.classList.add(theme);
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  markTheme();
}

function markTheme(): void {
  const { classList } = document.documentElement;
  const now = ["light", "dark"].find((theme) => classList.contains(theme)) ?? "system";
  for (const button of all("[data-theme]")) button.setAttribute("aria-pressed", String(button.dataset.theme === now));
}

function startThemes(): void {
  for (const switcher of all("[data-themes]")) switcher.hidden = false;
  for (const button of all("[data-theme]")) {
    button.addEventListener("click", () => {
      chooseTheme(button.dataset.theme ?? "system");
    });
  }
  markTheme();
}

function closeMenus(except: Node | null): void {
  for (const menu of all<HTMLDetailsElement>("details.who[open]")) if (!menu.contains(except)) menu.open = false;
}

function startMenus(): void {
  document.addEventListener("click", (event) => {
    closeMenus(event.target as Node | null);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector<HTMLDetailsElement>("details.who[open]");
    closeMenus(null);
    open?.querySelector("summary")?.focus();
  });
}

function filterRows(words: string): void {
  const wanted = words.trim().toLocaleLowerCase();
  const rows = all<HTMLTableRowElement>("tr[data-name]");
  for (const row of rows) row.hidden = !(row.dataset.name ?? "").toLocaleLowerCase().includes(wanted);
  const none = document.querySelector<HTMLElement>("[data-none]");
  if (none) none.hidden = rows.some((row) => !row.hidden);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

function startFilter(): void {
  const input = document.querySelector<HTMLInputElement>("[data-filter]");
  if (!input) return;
  input.addEventListener("input", () => {
    filterRows(input.value);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    event.preventDefault();
    input.select();
  });
}

/** Asks in the page's dialog; the words stand on the element that asks. */
function confirmed(asking: HTMLElement, goOn: () => void): void {
  const dialog = document.querySelector<HTMLDialogElement>("#confirm");
  if (!dialog) return;
  const { confirm = "", confirmText = "", confirmVerb = "" } = asking.dataset;
  const set = (part: string, text: string): void => {
    const element = dialog.querySelector(`[data-part=${part}]`);
    if (element) element.textContent = text;
  };
  set("title", confirm);
  set("text", confirmText);
  set("verb", confirmVerb);
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "yes") goOn();
  };
  dialog.showModal();
}

function startDeleting(): void {
  for (const button of all<HTMLButtonElement>("button[data-delete]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      confirmed(button, () => void attempt(() => remove(button)));
    });
  }
}

async function remove(button: HTMLButtonElement): Promise<void> {
  const { delete: path = "", match = "" } = button.dataset;
  await request("DELETE", path, { headers: match === "" ? {} : { "If-Match": match } });
  location.reload();
}

async function open(file: File): Promise<void> {
  say(t("Reading {name} …", { name: file.name }), false);
  const id = await importRule(await file.text());
  location.assign(`/rules/${encodeURIComponent(id)}/`);
}

function startDropping(): void {
  const offer = document.querySelector<HTMLElement>("[data-drop]");
  const input = offer?.querySelector<HTMLInputElement>("input[type=file]");
  if (!offer || !input) return;
  offer.hidden = false;
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file) void attempt(() => open(file));
  };
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  const mark = (event: DragEvent, over: boolean): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.toggle("is-dropping", over);
  };
  document.addEventListener("dragover", (event) => {
    mark(event, true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(event, false);
  });
  document.addEventListener("drop", (event) => {
    mark(event, false);
    take(event.dataTransfer?.files ?? null);
  });
}

function startPrinting(): void {
  for (const button of all("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      print();
    });
  }
}

function startLanguage(): void {
  const text = document.getElementById("catalogue")?.textContent;
  if (text) setCatalog(JSON.parse(text) as Record<string, string>);
}

startLanguage();
startThemes();
startMenus();
startFilter();
startDeleting();
startDropping();
startPrinting();
startLooking(attempt);
