import { t } from "../../i18n";
import type { Assumption } from "../../model/cases";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { assumptions, useTest, walkOf } from "./testing";

function choose(id: string, { choices }: Assumption, choice: string): void {
  const { assume } = useTest.getState();
  const others = Object.entries(assume).filter(([name]) => name !== id);
  const usual = Object.keys(choices)[0] === choice;
  useTest.setState({ assume: Object.fromEntries(usual ? others : [...others, [id, choice]]) });
}

function Question({ id, row }: { id: string; row: Assumption }) {
  const names = Object.keys(row.choices);
  const chosen = useTest(({ assume }) => assume[id]) ?? names[0];
  return (
    <fieldset className="assumption" data-testid={`assumption-${id}`}>
      <legend>
        <span className="chip num">{id}</span> {row.question}
      </legend>
      {names.map((name) => (
        <Choice
          key={name}
          kind="radio"
          name={`assume-${id}`}
          label={row.choices[name] ?? name}
          checked={chosen === name}
          onChange={() => { choose(id, row, name); }}
        />
      ))}
    </fieldset>
  );
}

/** The open questions about the service the answer rests on; each can be assumed otherwise. */
export function Assumptions() {
  const rests = useTest((state) => walkOf(state)?.assumptions);
  const assume = useTest((state) => state.assume);
  const ids = Object.keys(assumptions).filter((id) => rests?.includes(id) || Object.hasOwn(assume, id));
  const switched = Object.keys(assume).length;
  if (ids.length === 0) return null;
  return (
    <section className="sec" aria-label={t("What the answer rests on")} data-testid="test-assumptions">
      <div className="sec-head">
        <h3>{t("What the answer rests on")}</h3>
        <span className="grow" />
        {switched > 0 && <Button label={t("Take the usual ones")} look="ghost sm" onPress={() => { useTest.setState({ assume: {} }); }} />}
      </div>
      <p className="small dim">{t("Nothing published settles these. A switched one holds for the saved cases too.")}</p>
      {ids.map((id) => {
        const row = assumptions[id];
        return row && <Question key={id} id={id} row={row} />;
      })}
    </section>
  );
}
