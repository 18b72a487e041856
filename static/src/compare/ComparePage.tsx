import { useEffect, useMemo } from "react";

import type { Action } from "../actions";
import { actionFor, chordWords, takesText } from "../chords";
import { t } from "../i18n";
import { Brand } from "../panels/Brand";
import { timeOf } from "../panels/times";
import { Button } from "../parts/Button";
import { Icon, type IconName } from "../parts/Icon";
import { LinkButton } from "../parts/LinkButton";
import { COMPARE_ACTIONS, NEXT, PREVIOUS } from "./actions";
import { ChangeList, MarkChip } from "./ChangeList";
import { DiffCanvas } from "./DiffCanvas";
import { compare, summaryOf, type Row } from "./rows";
import { choose, goToChange, goToChangeOf, useCompare, type VersionSummary, type View } from "./state";

const MARKS: Row["mark"][] = ["added", "changed", "removed", "moved"];
const NO_CARDS: readonly string[] = [];

function rulePath(id: string): string {
  return `/rules/${encodeURIComponent(id)}/`;
}

function versionWords({ version, author, created, message }: VersionSummary): string {
  const note = message === "" ? "" : ` · ${message}`;
  return `v${version} · ${author}, ${timeOf(created)}${note}`;
}

function VersionPicker({ side, label }: { side: "before" | "after"; label: string }) {
  const versions = useCompare((state) => state.versions);
  const chosen = useCompare(({ sides }) => sides?.[side].version ?? 0);
  return (
    <select
      className="input version-pick"
      aria-label={label}
      data-testid={`version-${side}`}
      value={chosen}
      onChange={(event) => void choose(side, Number(event.target.value))}
    >
      {versions.map((one) => (
        <option key={one.version} value={one.version}>
          {versionWords(one)}
        </option>
      ))}
    </select>
  );
}

function Heading() {
  const rule = useCompare((state) => state.rule);
  const sides = useCompare((state) => state.sides);
  const params = { name: rule.name, from: sides?.before.version ?? 0, to: sides?.after.version ?? 0 };
  return <h1 className="hide">{t("{name}: v{from} and v{to} compared", params)}</h1>;
}

function Top() {
  const rule = useCompare((state) => state.rule);
  return (
    <header className="topbar">
      <Brand />
      <Heading />
      <a className="crumb" href="/">
        {t("Rules")}
      </a>
      <Icon name="right" className="faint" />
      <a className="name clip" href={rulePath(rule.id)}>
        {rule.name === "" ? t("without a name") : rule.name}
      </a>
      <span className="vr" />
      <VersionPicker side="before" label={t("Earlier version")} />
      <Icon name="to" className="faint" />
      <VersionPicker side="after" label={t("Later version")} />
      <span className="grow" />
      <LinkButton label={t("History")} icon="history" look="ghost wide-label" testId="history" href={`${rulePath(rule.id)}history/`} reason={null} />
    </header>
  );
}

function ViewButton({ view, label }: { view: View; label: string }) {
  const chosen = useCompare((state) => state.view === view);
  return (
    <button type="button" aria-pressed={chosen} data-testid={`view-${view}`} onClick={() => { useCompare.setState({ view }); }}>
      {label}
    </button>
  );
}

function StepButton({ action, icon }: { action: Action; icon: IconName }) {
  const reason = useCompare(() => action.reason());
  const [chord] = action.chords;
  return <Button label={action.label()} icon={icon} iconOnly look="ghost" reason={reason} keys={chord && chordWords(chord)} testId={action.id} onPress={action.run} />;
}

function Counts() {
  const rows = useCompare((state) => state.rows);
  return MARKS.map((mark) => {
    const some = rows.filter((row) => row.mark === mark);
    const count = mark === "moved" ? some.flatMap(({ cards }) => cards).length : some.length;
    return count === 0 ? null : <MarkChip key={mark} mark={mark} count={count} />;
  });
}

function Toolbar() {
  const sides = useCompare((state) => state.sides);
  const count = useCompare((state) => state.rows.length);
  const current = useCompare((state) => state.current);
  return (
    <div className="diff-bar">
      <span className="seg sm" role="group" aria-label={t("What the picture shows")}>
        <ViewButton view="both" label={t("Both")} />
        <ViewButton view="before" label={`v${sides?.before.version ?? ""}`} />
        <ViewButton view="after" label={`v${sides?.after.version ?? ""}`} />
      </span>
      <Counts />
      <span className="grow" />
      {current !== null && (
        <span className="small dim num" data-testid="change-count">
          {t("Change {number} of {count}", { number: current + 1, count })}
        </span>
      )}
      <span className="btn-set">
        <StepButton action={PREVIOUS} icon="up" />
        <StepButton action={NEXT} icon="down" />
      </span>
    </div>
  );
}

function Picture() {
  const comparison = useCompare((state) => state.comparison);
  const view = useCompare((state) => state.view);
  const shown = useCompare(({ rows, current }) => (current === null ? undefined : rows[current]?.cards) ?? NO_CARDS);
  const drawn = useMemo(() => {
    if (!comparison || view === "both") return comparison;
    return compare(comparison[view], comparison[view]);
  }, [comparison, view]);
  return drawn && <DiffCanvas comparison={drawn} shown={shown} onChoose={goToChangeOf} />;
}

function Nothing() {
  return (
    <div className="empty" data-testid="nothing-differs">
      <Icon name="ok" />
      <p>
        <b>{t("Nothing differs")}</b>
      </p>
      <p className="dim">{t("Both versions mean the same, card by card. Choose other versions above.")}</p>
    </div>
  );
}

function Changes() {
  const rows = useCompare((state) => state.rows);
  const current = useCompare((state) => state.current);
  const changes = useCompare((state) => state.comparison?.changes);
  return (
    <aside className="right" aria-label={t("Changes")}>
      <div className="panel-head">
        <h2>{t("Changes")}</h2>
        <span className="faint num">{rows.length}</span>
        <span className="grow" />
        <span className="small faint">
          <kbd>N</kbd> {t("next")} <kbd>P</kbd> {t("previous")}
        </span>
      </div>
      <div className="panel-scroll">
        {rows.length === 0 ? (
          <Nothing />
        ) : (
          <>
            <p className="change-summary small dim">{summaryOf(changes ?? [])}</p>
            <ChangeList rows={rows} current={current ?? -1} onChoose={goToChange} />
          </>
        )}
      </div>
    </aside>
  );
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const action = actionFor(event, takesText(event.target) || event.target instanceof HTMLSelectElement, COMPARE_ACTIONS);
  if (!action) return;
  event.preventDefault();
  if (action.reason() === null) action.run();
}

/** The page that compares two versions: one picture of both, and the list of what differs beside it. */
export function ComparePage() {
  const failed = useCompare((state) => state.failed);
  const spoken = useCompare((state) => state.spoken);
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown);
    return () => { window.removeEventListener("keydown", onKeyDown); };
  }, []);
  return (
    <div className="editor comparing">
      <Top />
      <main className="middle" id="canvas" aria-label={t("Picture of both versions")}>
        {failed !== "" && (
          <p className="note error" role="alert">
            <Icon name="error" />
            {failed}
          </p>
        )}
        <Toolbar />
        <Picture />
      </main>
      <Changes />
      <div className="hide" aria-live="polite" data-testid="live">
        {spoken}
      </div>
    </div>
  );
}
