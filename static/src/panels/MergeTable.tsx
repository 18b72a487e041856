import { OldAndNew } from "../compare/ChangeList";
import { t } from "../i18n";
import { choiceOf, type Choice, type Choices, type Part } from "../model/merge";
import { Glyph } from "../parts/Glyph";
import type { MergeRow, Said } from "./mergeRows";

type Props = { rows: MergeRow[]; parts: readonly Part[]; choices: Choices; base: number; theirs: number; onChoose: (part: Part, choice: Choice) => void };

function Side({ said, base, by }: { said: Said; base: number; by: string }) {
  if (!said.changed) {
    return (
      <td className="faint">
        <span className="hide">{by} </span>
        {t("as in v{version}", { version: base })}
      </td>
    );
  }
  return (
    <td>
      <span className="hide">{by} </span>
      {said.lines.map((line) => (
        <span key={line.key} className="change-line">
          {line.label !== "" && <span className="dim">{line.label} </span>}
          <OldAndNew old={line.old} now={line.now} />
        </span>
      ))}
    </td>
  );
}

const ORDER: Choice[] = ["theirs", "mine", "both"];

function Keep({ row, choice, onChoose }: { row: MergeRow; choice: Choice | null; onChoose: (choice: Choice) => void }) {
  const labels: Record<Choice, string> = { theirs: t("Theirs"), mine: t("Mine"), both: t("Both") };
  const name = [row.title, row.what].filter((word) => word !== "").join(t(", "));
  return (
    <span className="seg sm" role="group" aria-label={t("Keep of {name}", { name })}>
      {ORDER.filter((one) => one !== "both" || row.part.joins).map((one) => (
        <button key={one} type="button" aria-pressed={choice === one} onClick={() => { onChoose(one); }}>
          {labels[one]}
        </button>
      ))}
    </span>
  );
}

function testIdOf({ subject, id, exit, facet }: Part): string {
  return `merge-${[subject, id, exit ?? "", facet].filter((word) => word !== "").join("-")}`;
}

/** Theirs and mine beside one another, a row for each thing that differs, with the choice between them. */
export function MergeTable({ rows, parts, choices, base, theirs, onChoose }: Props) {
  return (
    <table className="merge-table">
      <thead>
        <tr>
          <th scope="col">{t("Card")}</th>
          <th scope="col">{t("Theirs, v{version}", { version: theirs })}</th>
          <th scope="col">{t("Mine, not saved")}</th>
          <th scope="col">{t("Keep")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const choice = choiceOf(row.part, parts, choices);
          return (
            <tr key={row.part.key} className={choice === null ? "is-open" : ""} data-testid={testIdOf(row.part)}>
              <th scope="row">
                <span className="row">
                  {row.kind !== "rule" && <Glyph kind={row.kind} />}
                  <span>
                    {row.title} <span className="small dim">{row.what}</span>
                  </span>
                </span>
              </th>
              <Side said={row.theirs} base={base} by={t("Theirs:")} />
              <Side said={row.mine} base={base} by={t("Mine:")} />
              <td>
                <Keep row={row} choice={choice} onChoose={(chosen) => { onChoose(row.part, chosen); }} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
