import { exitTitle, titleOf } from "../../canvas/derived";
import { t } from "../../i18n";
import type { RuleDocument } from "../../model/types";
import { breakOf, type Break, type Walk } from "../../model/way";

const ENTRY = /^\/detail\/(\d+)$/;

/** What a card is called; an entry of a legacy rule by its number. */
export function placeTitle(doc: RuleDocument, id: string): string {
  const entry = ENTRY.exec(id)?.[1];
  return entry === undefined ? titleOf(doc, id) : t("Entry {number}", { number: Number(entry) + 1 });
}

/** Why an alarm's way broke off. */
export function breakWords(doc: RuleDocument, { node, exit, why }: Break): string {
  const params = { exit: exitTitle(doc, node, exit), card: placeTitle(doc, node) };
  if (why === "no-start") return t("The way breaks off at once: there is no Start to begin at.");
  if (why === "undecided") return t("The way breaks off at {card}: it cannot be decided.", params);
  if (why === "missing") return t("The way breaks off at {exit}: the card it leads to is gone.", params);
  if (why === "circle") return t("The way breaks off at {exit}: it leads back to a card it came from.", params);
  return t("The way breaks off at {exit}: it leads nowhere.", params);
}

/** Whom an answer tells: "oncall, ops", "nobody". */
function toldWords({ notify }: Walk): string {
  if (notify === null) return t("whom it tells cannot be said");
  return notify.length === 0 ? t("tells nobody") : t("tells {names}", { names: notify.join(t(", ")) });
}

/** Where an alarm goes: "Goes to Merge 2", "Goes to no group", or where its way breaks off. */
export function goesWords(doc: RuleDocument, walk: Walk): string {
  const broken = breakOf(doc, walk);
  if (broken) return breakWords(doc, broken);
  return walk.leaf === null ? t("Goes to no group") : t("Goes to {card}", { card: placeTitle(doc, walk.leaf) });
}

/** The whole answer in a sentence: "Goes to Merge 2; tells oncall". */
export function verdictWords(doc: RuleDocument, walk: Walk): string {
  const goes = goesWords(doc, walk);
  return walk.complete ? t("{goes}; {tells}", { goes, tells: toldWords(walk) }) : goes;
}
