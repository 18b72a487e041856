import { useEffect, useRef, useState } from "react";

import { speak } from "../../canvas/ui";
import { t } from "../../i18n";
import { alarmTitle, type Alarm } from "../../model/alarm";
import { expectationOf, expectLeaf, freeName, type Expect } from "../../model/cases";
import { breakOf } from "../../model/way";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Field } from "../../parts/Field";
import { editor, useEditor } from "../../store";
import { LeafSelect } from "./LeafSelect";
import { toldAt } from "./leaves";
import { alarmOf, presentWalk, useTest } from "./testing";

type Keeping = { name: string; alarm: Alarm; expect: Expect };

function begin(): Keeping | null {
  const state = useTest.getState();
  const alarm = alarmOf(state);
  const walk = presentWalk(state, editor.getState().history.present.document);
  const expect = walk && expectationOf(walk);
  return alarm && expect ? { name: freeName(alarmTitle(alarm) || t("an empty alarm"), state.cases), alarm, expect } : null;
}

function useReason(): string | null {
  const document = useEditor(({ history }) => history.present.document);
  const state = useTest();
  const walk = presentWalk(state, document);
  if (!walk) return state.faults.length > 0 ? t("The alarm cannot be read.") : t("Wait for the answer: it becomes what is expected.");
  return breakOf(document, walk) ? t("The way breaks off: there is nothing to expect yet.") : null;
}

function toldLabel(names: string[]): string {
  return names.length === 0 ? t("and tells nobody") : t("and tells exactly {names}", { names: names.join(t(", ")) });
}

function KeepForm({ keeping, onChange, onClose }: { keeping: Keeping; onChange: (keeping: Keeping) => void; onClose: () => void }) {
  const { name, expect } = keeping;
  const cases = useTest((state) => state.cases);
  const document = useEditor(({ history }) => history.present.document);
  const nameInput = useRef<HTMLInputElement>(null);
  useEffect(() => { nameInput.current?.select(); }, []);
  const taken = cases.some((one) => one.name === name.trim());
  const wrong = name.trim() === "" ? t("A case needs a name.") : taken ? t("There is a case of this name.") : null;
  const empty = expect.leaf === undefined && expect.notify === undefined;
  const told = expect.notify ?? (expect.leaf === undefined ? [] : toldAt(document, expect.leaf));
  const keep = (): void => {
    useTest.setState({ cases: [...cases, { ...keeping, name: name.trim() }] });
    speak(t("Kept as a test case"));
    onClose();
  };
  const setExpect = (next: Expect): void => { onChange({ ...keeping, expect: next }); };
  return (
    <form
      className="keep-case"
      aria-label={t("Keep as test case")}
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong === null && !empty) keep();
      }}
    >
      <Field label={t("Name of the case")} error={wrong}>
        {(ids) => (
          <input
            {...ids}
            ref={nameInput}
            type="text"
            className="input"
            autoComplete="off"
            value={name}
            onChange={({ target }) => { onChange({ ...keeping, name: target.value }); }}
          />
        )}
      </Field>
      <Field label={t("is expected to go to")}>
        {({ id }) => (
          <LeafSelect
            id={id}
            leaf={expect.leaf}
            mayBeAny
            onChange={(leaf) => { setExpect(expectLeaf(expect, leaf, leaf === undefined ? told : toldAt(document, leaf))); }}
          />
        )}
      </Field>
      <Choice
        kind="checkbox"
        label={toldLabel(told)}
        checked={expect.notify !== undefined}
        onChange={(checked) => { setExpect({ ...(expect.leaf === undefined ? {} : { leaf: expect.leaf }), ...(checked ? { notify: told } : {}) }); }}
      />
      <div className="row">
        <button type="submit" className="btn sm primary" data-testid="case-save" aria-disabled={wrong !== null || empty || undefined}>
          {t("Keep")}
        </button>
        <Button label={t("Cancel")} look="ghost sm" onPress={onClose} />
        {empty && <span className="small dim">{t("Expect at least one of the two.")}</span>}
      </div>
    </form>
  );
}

/** The way from a tested alarm to a saved case: its name, and what is expected of it, from the present answer. */
export function KeepCase() {
  const [keeping, setKeeping] = useState<Keeping | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const reason = useReason();
  const close = (): void => {
    setKeeping(null);
    requestAnimationFrame(() => { place.current?.querySelector("button")?.focus(); });
  };
  return (
    <div ref={place} className="keep">
      {keeping ? (
        <KeepForm keeping={keeping} onChange={setKeeping} onClose={close} />
      ) : (
        <Button label={t("Keep as test case")} icon="check" look="sm" testId="case-keep" reason={reason} onPress={() => { setKeeping(begin()); }} />
      )}
    </div>
  );
}
