import { useEffect, useRef, type ReactNode } from "react";

import { t } from "../i18n";
import { Glyph } from "../parts/Glyph";
import { Icon, type IconName } from "../parts/Icon";
import { markWord, type Line, type Row } from "./rows";

const SIGNS: Record<Row["mark"], IconName> = { added: "plus", removed: "minus", changed: "tilde", moved: "move" };

/** "+ added", "− removed", "~ changed" or "moved", with its sign. */
export function MarkChip({ mark, count }: { mark: Row["mark"]; count?: number }) {
  return (
    <span className={`mark ${mark}`}>
      <Icon name={SIGNS[mark]} />
      {count === undefined ? markWord(mark) : `${count} ${markWord(mark)}`}
    </span>
  );
}

/** Old and new of one line: what went is struck out, what came is set off. */
export function OldAndNew({ old, now }: { old: string | null; now: string | null }) {
  return (
    <>
      {old !== null && <del>{old}</del>}
      {old !== null && now !== null && (
        <>
          <Icon name="to" className="faint" />
          <span className="hide">{t("now")}</span>
        </>
      )}
      {now !== null && <ins>{now}</ins>}
    </>
  );
}

function LineOf({ line }: { line: Line }) {
  return (
    <span className="change-line">
      {line.label !== "" && <span className="dim">{line.label} </span>}
      <OldAndNew old={line.old} now={line.now} />
    </span>
  );
}

function Inside({ row }: { row: Row }) {
  return (
    <>
      <span className="change-head">
        {row.kind !== "rule" && row.mark !== "moved" && <Glyph kind={row.kind} />}
        <b>{row.title}</b>
        <MarkChip mark={row.mark} />
        {row.note !== "" && <span className="small dim">{row.note}</span>}
      </span>
      {row.lines.map((line) => (
        <LineOf key={line.key} line={line} />
      ))}
    </>
  );
}

function Choosable({ row, current, onChoose, children }: { row: Row; current: boolean; onChoose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (current) ref.current?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <button ref={ref} type="button" className="change" aria-current={current || undefined} data-testid={`change-${row.key}`} onClick={onChoose}>
      {children}
    </button>
  );
}

/** What differs, card by card. With `onChoose` each entry can be pressed, and `current` is the one that is shown. */
export function ChangeList({ rows, current, onChoose }: { rows: Row[]; current?: number; onChoose?: (index: number) => void }) {
  return (
    <ol className="changes" data-testid="changes">
      {rows.map((row, index) => (
        <li key={row.key} data-mark={row.mark}>
          {onChoose ? (
            <Choosable row={row} current={index === current} onChoose={() => { onChoose(index); }}>
              <Inside row={row} />
            </Choosable>
          ) : (
            <div className="change">
              <Inside row={row} />
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
