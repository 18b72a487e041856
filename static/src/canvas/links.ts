import { t } from "../i18n";
import { hasFlow, nodeById } from "../model/rule";
import { copyText } from "../panels/copying";
import { editor } from "../store";
import { chooseCard, goToCard } from "./goTo";

const STEM = "#card=";
/** Browsers refuse a page that changes its address more often than about a hundred times in half a minute. */
const PAUSE = 400;

/** The card that the part of an address behind "#" names; null where it names none. */
export function cardIn(hash: string): string | null {
  if (!hash.startsWith(STEM)) return null;
  try {
    return decodeURIComponent(hash.slice(STEM.length)) || null;
  } catch {
    return null;
  }
}

export function hashOf(id: string): string {
  return `${STEM}${encodeURIComponent(id)}`;
}

function isHere(id: string): boolean {
  if (nodeById(editor.getState().history.present.document, id)) return true;
  const text = t("The card of this link is not in this rule: it was deleted, or never saved.");
  editor.getState().setNotice({ kind: "error", text });
  return false;
}

/** The card that the page was opened for, selected; null where there is none or it is gone, which is said. */
export function openLink(): string | null {
  const id = cardIn(window.location.hash);
  if (id === null || !isHere(id)) return null;
  chooseCard(id);
  return id;
}

function chosenCard(): string | null {
  const [id, ...others] = editor.getState().selection.nodes;
  return id === undefined || others.length > 0 ? null : id;
}

/** Whether a link to the card would lead others to it. */
function isStored(id: string): boolean {
  const { ruleId, saved } = editor.getState();
  return ruleId !== null && saved !== null && nodeById(saved.document, id) !== undefined;
}

/** Why there is no link to the chosen card now, or null. */
export function linkReason(): string | null {
  const id = chosenCard();
  if (!hasFlow(editor.getState().history.present.document)) return t("This rule has no flow.");
  if (id === null) return t("Select one card first.");
  return isStored(id) ? null : t("Save first: others cannot see this card yet.");
}

function addressOf(hash: string): string {
  return `/rules/${encodeURIComponent(editor.getState().ruleId ?? "")}/${hash}`;
}

/** Puts the address of the chosen card on the clipboard. */
export async function copyLink(): Promise<void> {
  const id = chosenCard();
  if (id === null) return;
  const link = new URL(addressOf(hashOf(id)), window.location.href).href;
  await copyText(link, {
    done: t("Link copied."),
    refused: t("The browser does not let this page copy. The link is: {link}", { link }),
  });
}

function tellAddress(): void {
  const { hash } = window.location;
  const id = chosenCard();
  const told = id !== null && isStored(id) ? hashOf(id) : "";
  if (editor.getState().ruleId === null || told === hash || (hash !== "" && cardIn(hash) === null)) return;
  window.history.replaceState(window.history.state, "", addressOf(told));
}

/** Goes where the address leads when it is changed, and keeps the chosen card in it, in one entry of the history. */
export function followLinks(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const go = (): void => {
    const id = cardIn(window.location.hash);
    if (id !== null && isHere(id)) goToCard(id);
  };
  const unsubscribe = editor.subscribe(({ selection }, before) => {
    if (selection === before.selection) return;
    clearTimeout(timer);
    timer = setTimeout(tellAddress, PAUSE);
  });
  window.addEventListener("hashchange", go);
  return () => {
    clearTimeout(timer);
    unsubscribe();
    window.removeEventListener("hashchange", go);
  };
}
