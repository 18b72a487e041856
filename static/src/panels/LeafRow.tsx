import { useState } from "react";

import { t } from "../i18n";
import { setMatch } from "../model/commands";
import { tagNames } from "../model/rule";
import type { Leaf, Match, Operate } from "../model/types";
import { leafWords, subjectOf, verbOf } from "../model/words";
import { ChipInput } from "../parts/ChipInput";
import { FieldFinding } from "../parts/FieldFinding";
import { Severity } from "../parts/Severity";
import { Suggest, type Suggestion } from "../parts/Suggest";
import { useEditor } from "../store";
import { KeptLine } from "./KeptLine";
import { RowTools } from "./RowTools";
import { valueSuggestions } from "./suggestions";

const KEYS = ["event_severity", "resource_provider", "resource_type", "notification_scene"];
const OPERATES: Operate[] = ["EQUALS", "REGEX", "EXIST"];
const SHOWN = ["id", "type", "match"];
const SHOWN_IN_MATCH = ["key", "operate", "value"];

function useKeys(): Suggestion[] {
  const document = useEditor(({ history }) => history.present.document);
  const tags = tagNames(document).map((value) => ({ value, aside: t("tag") }));
  return [...KEYS.map((value) => ({ value, label: subjectOf(value, t), aside: value })), ...tags];
}

/** The key as it reads while nobody edits it; while edited, the API's own word. */
function KeyField({ leaf, onChange }: { leaf: Leaf; onChange: (key: string) => void }) {
  const [text, setText] = useState<string | null>(null);
  const keys = useKeys();
  const editable = useEditor(({ can }) => can.edit);
  const commit = (value: string): void => {
    const known = keys.find(({ label }) => label === value.trim());
    setText(null);
    onChange(known?.value ?? value.trim());
  };
  return (
    <Suggest
      label={t("Key of the condition")}
      className="key"
      value={text ?? subjectOf(leaf.match.key, t)}
      suggestions={keys}
      readOnly={!editable}
      placeholder={t("key")}
      onChange={setText}
      onCommit={commit}
      onLeave={() => { if (text !== null) commit(text); }}
    />
  );
}

function keptOf(leaf: Leaf): string[] {
  const outer = Object.keys(leaf).filter((name) => !SHOWN.includes(name));
  const inner = Object.keys(leaf.match).filter((name) => !SHOWN_IN_MATCH.includes(name));
  return [...outer, ...inner.map((name) => `match.${name}`)];
}

/** One condition: which attribute, how it is compared, and with what. */
export function LeafRow({ cardId, leaf, pointer }: { cardId: string; leaf: Leaf; pointer: string }) {
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const document = useEditor(({ history }) => history.present.document);
  const { key, operate, value } = leaf.match;
  const change = (patch: Partial<Pick<Match, "key" | "operate" | "value">>): void => {
    apply(t("Change a condition"), (draft) => setMatch(draft, cardId, leaf.id, patch));
  };
  const words = leafWords(leaf, t);
  const name = [words.subject, words.verb, ...words.values].join(" ");
  return (
    <div className="leaf-box" data-pointer={pointer}>
      <div className="leaf">
        <div className="pred" role="group" aria-label={name}>
          <KeyField leaf={leaf} onChange={(next) => { change({ key: next }); }} />
          <select
            className="how"
            aria-label={t("How it is compared")}
            data-pointer={`${pointer}/match/operate`}
            value={operate}
            disabled={!editable}
            onChange={(event) => { change({ operate: OPERATES.find((one) => one === event.target.value) ?? "EQUALS" }); }}
          >
            {OPERATES.map((one) => (
              <option key={one} value={one}>
                {verbOf(one, t)}
              </option>
            ))}
          </select>
          {operate !== "EXIST" && (
            <ChipInput
              label={t("Values")}
              pointer={`${pointer}/match/value`}
              values={value}
              suggestions={valueSuggestions(document, key)}
              readOnly={!editable}
              placeholder={operate === "REGEX" ? t("pattern") : t("value")}
              mark={(one) => (key === "event_severity" ? <Severity name={one} /> : null)}
              onChange={(values) => { change({ value: values }); }}
            />
          )}
        </div>
        <RowTools cardId={cardId} id={leaf.id} name={name} />
      </div>
      <FieldFinding pointer={pointer} />
      <KeptLine names={keptOf(leaf)} />
    </div>
  );
}
