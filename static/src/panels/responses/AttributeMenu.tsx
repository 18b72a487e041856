import { t } from "../../i18n";
import { readersOf } from "../../model/alarm";
import { LIMITS } from "../../model/limits";
import { subjectOf } from "../../model/words";
import type { MenuGroup } from "../../parts/Menu";
import { MenuButton } from "../../parts/MenuButton";
import { editor } from "../../store";

/** The attributes this rule reads, then those that every alarm may have. */
export function knownAttributes(): string[] {
  const read = [...readersOf(editor.getState().history.present.document).keys()];
  return [...new Set([...read, ...LIMITS.ownAttributes])].filter((name) => !/[{}]/.test(name));
}

function groups(onInsert: (text: string) => void): MenuGroup[] {
  const items = knownAttributes().map((name) => ({
    id: name,
    label: name,
    ...(subjectOf(name, t) === name ? {} : { aside: subjectOf(name, t) }),
    run: () => { onInsert(`\${${name}}`); },
  }));
  return [{ id: "attributes", items }];
}

/** A menu of attributes; the chosen one is inserted as a placeholder. */
export function AttributeMenu({ label, onInsert }: { label: string; onInsert: (text: string) => void }) {
  return <MenuButton label={label} icon="plus" iconOnly look="ghost sm" groups={() => groups(onInsert)} />;
}
