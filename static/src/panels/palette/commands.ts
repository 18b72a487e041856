import { ACTIONS, keysOf, perform } from "../../actions";
import { orderOf } from "../../canvas/derived";
import { goToCard } from "../../canvas/goTo";
import { cardWords } from "../../compare/rows";
import { inEnglish, t } from "../../i18n";
import { cardTitles, kindOf, nodeById } from "../../model/rule";
import type { NodeKind } from "../../model/types";
import { editor } from "../../store";
import type { Findable } from "./ranking";

export type Command = Findable & {
  keys: string;
  /** The kind of the card it leads to. */
  kind: NodeKind | null;
  run: () => void;
};
type Named = Omit<Command, "english">;

function actions(): Named[] {
  return ACTIONS.filter(({ id }) => id !== "palette").map((action) => ({
    id: action.id,
    label: action.label(),
    aside: "",
    reason: action.reason(),
    keys: keysOf(action.id) ?? "",
    kind: null,
    run: () => { perform(action); },
  }));
}

function cards(): Named[] {
  const { document: rule } = editor.getState().history.present;
  // Not the kept titles: those are in the reader's language.
  const titles = cardTitles(rule, t);
  return orderOf(rule).flatMap((id) => {
    const node = nodeById(rule, id);
    if (!node) return [];
    const label = t("Go to {card}", { card: titles.get(id) ?? id });
    const aside = [...cardWords(node), id].join(t(", "));
    return [{ id: `card ${id}`, label, aside, reason: null, keys: "", kind: kindOf(node), run: () => { goToCard(id); } }];
  });
}

function named(): Named[] {
  return [...actions(), ...cards()];
}

/** Everything that can be done now: the actions of the page, and going to a card. */
export function commands(): Command[] {
  const english = inEnglish(() => named().map(({ label }) => label));
  return named().map((command, index) => ({ ...command, english: english[index] ?? "" }));
}
