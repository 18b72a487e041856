import { useEffect, useRef, useState, type RefObject } from "react";

import { t } from "../../i18n";
import {
  attributeOf,
  fieldsOf,
  readersOf,
  sceneOf,
  setAttribute,
  setScene,
  severityChoices,
  type Alarm,
  type AlarmField,
  type Scene,
} from "../../model/alarm";
import { LIMITS } from "../../model/limits";
import { ATTRIBUTES } from "../../model/rule";
import type { RuleDocument } from "../../model/types";
import { subjectOf } from "../../model/words";
import { Button } from "../../parts/Button";
import { Field, type FieldIds } from "../../parts/Field";
import { Suggest } from "../../parts/Suggest";
import { useEditor } from "../../store";
import { sceneWords, valueSuggestions } from "../suggestions";
import { useTest } from "./testing";
import { placeTitle } from "./verdictWords";

/** More names than this would make a field's help longer than the form. */
const MOST_READERS = 2;

function change(edit: (alarm: Alarm) => Alarm): void {
  useTest.setState(({ alarm }) => ({ alarm: edit(alarm) }));
}

function readWords(doc: RuleDocument, readBy: string[]): string {
  const names = readBy.map((id) => placeTitle(doc, id));
  if (names.length === 0) return t("read by no card");
  if (names.length <= MOST_READERS) return t("read by {names}", { names: names.join(t(", ")) });
  const first = names.slice(0, MOST_READERS).join(t(", "));
  return t("read by {names} and {count} more", { names: first, count: names.length - MOST_READERS });
}

function labelOf(key: string): string {
  return ATTRIBUTES.includes(key) ? subjectOf(key, t) : t("tag {name}", { name: key });
}

function SeveritySelect({ ids }: { ids: FieldIds }) {
  const alarm = useTest((state) => state.alarm);
  return (
    <select
      {...ids}
      className="input"
      value={attributeOf(alarm, "event_severity")}
      onChange={({ target }) => { change((before) => setAttribute(before, "event_severity", target.value)); }}
    >
      <option value="">{t("absent")}</option>
      {severityChoices(alarm).map((severity) => (
        <option key={severity}>{severity}</option>
      ))}
    </select>
  );
}

function AttributeField({ field, inputRef }: { field: AlarmField; inputRef?: RefObject<HTMLInputElement | null> }) {
  const { key, readBy } = field;
  const document = useEditor(({ history }) => history.present.document);
  const value = useTest(({ alarm }) => attributeOf(alarm, key));
  const set = (text: string): void => { change((alarm) => setAttribute(alarm, key, text)); };
  return (
    <Field label={labelOf(key)} help={readWords(document, readBy)}>
      {(ids) =>
        key === "event_severity" ? (
          <SeveritySelect ids={ids} />
        ) : (
          <Suggest
            id={ids.id}
            describedBy={ids["aria-describedby"]}
            inputRef={inputRef}
            label={labelOf(key)}
            className="input"
            placeholder={t("absent")}
            value={value}
            suggestions={valueSuggestions(document, key)}
            onChange={set}
            onCommit={set}
          />
        )
      }
    </Field>
  );
}

function SceneField() {
  const document = useEditor(({ history }) => history.present.document);
  const scene = useTest(({ alarm }) => sceneOf(alarm));
  const choices = LIMITS.scenes.includes(scene) ? LIMITS.scenes : [...LIMITS.scenes, scene];
  return (
    <Field label={t("scene")} help={readWords(document, readersOf(document).get("notification_scene") ?? [])}>
      {(ids) => (
        <select
          {...ids}
          className="input"
          value={scene}
          onChange={({ target }) => { change((alarm) => setScene(alarm, target.value as Scene, Date.now())); }}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {sceneWords(choice)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function AddAttribute({ shown, onAdd }: { shown: string[]; onAdd: (key: string) => void }) {
  const [text, setText] = useState("");
  const others = ATTRIBUTES.filter((key) => key !== "notification_scene" && !shown.includes(key));
  const suggestions = others.map((value) => ({ value, label: subjectOf(value, t), aside: value }));
  const add = (typed: string): void => {
    const key = suggestions.find(({ label }) => label === typed.trim())?.value ?? typed.trim();
    setText("");
    if (key !== "" && key !== "notification_scene") onAdd(key);
  };
  return (
    <div className="row add-attribute">
      <Suggest
        label={t("Attribute or tag to add")}
        className="input grow"
        placeholder={t("attribute or tag")}
        value={text}
        suggestions={suggestions}
        onChange={setText}
        onCommit={add}
      />
      <Button
        label={t("Add")}
        icon="plus"
        testId="alarm-add"
        reason={text.trim() === "" ? t("Name the attribute or tag first.") : null}
        onPress={() => { add(text); }}
      />
    </div>
  );
}

/** The alarm as a form: what the rule reads first; an emptied field is an attribute the alarm does not have. */
export function AlarmForm() {
  const document = useEditor(({ history }) => history.present.document);
  const alarm = useTest((state) => state.alarm);
  const asked = useTest((state) => state.asked);
  const [wanted, setWanted] = useState<string | null>(null);
  const wantedInput = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (wanted !== null) wantedInput.current?.focus();
  }, [wanted]);
  const fields = fieldsOf(document, alarm, asked);
  const add = (key: string): void => {
    useTest.setState({ asked: [...new Set([...asked, key])] });
    setWanted(key);
  };
  return (
    <>
      <div className="alarm-fields">
        {fields.map((field) => (
          <AttributeField key={field.key} field={field} inputRef={field.key === wanted ? wantedInput : undefined} />
        ))}
        <SceneField />
      </div>
      <AddAttribute shown={fields.map(({ key }) => key)} onAdd={add} />
    </>
  );
}
