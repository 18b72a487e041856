import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { flushSync } from "react-dom";

import { actionFor } from "../../actions";
import { n, t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Glyph } from "../../parts/Glyph";
import { Icon } from "../../parts/Icon";
import { closeLayer } from "../layers";
import { commands, type Command } from "./commands";
import { rank, runsOf, type Group, type Ranked } from "./ranking";
import { recentCommands, rememberCommand } from "./recent";

const PAGE = 8;

/** Closed first, so that the focus is where it was: what a command does may begin there. */
function run({ id, kind, run: act }: Command): void {
  flushSync(closeLayer);
  // A card of this rule means nothing in another.
  if (kind === null) rememberCommand(id);
  act();
}

function Marked({ text, marks }: { text: string; marks: readonly number[] }) {
  return (
    <span className="what">
      {runsOf(text, marks).map((run) => (run.marked ? <mark key={run.at}>{run.text}</mark> : run.text))}
    </span>
  );
}

function Option({ ranked: { command, marks }, id, active, onChoose }: { ranked: Ranked<Command>; id: string; active: boolean; onChoose: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) ref.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // The keys are those of the field.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={ref}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      aria-disabled={command.reason !== null || undefined}
      className={`item ${active ? "is-hover" : ""}`}
      data-testid={`command-${command.id}`}
      // The field keeps the focus.
      onPointerDown={(event) => { event.preventDefault(); }}
      onClick={onChoose}
    >
      {command.kind && <Glyph kind={command.kind} />}
      <Marked text={command.label} marks={marks} />
      <span className="grow" />
      <span className="small aside clip">{command.reason ?? command.aside}</span>
      {command.keys !== "" && <kbd>{command.keys}</kbd>}
    </div>
  );
}

function countWords(query: string, count: number): string {
  if (query.trim() === "") return "";
  return count === 0 ? t("No command found") : n(count, "{count} command found", "{count} commands found");
}

function stepped(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at + count - 1) % count;
  if (key === "PageDown") return Math.min(at + PAGE, count - 1);
  return key === "PageUp" ? Math.max(at - PAGE, 0) : null;
}

function useRanked(query: string): Ranked<Command>[] {
  // Asked once, while the focus is still on the page: what can be done depends on where it is.
  const [known] = useState(commands);
  const [recent] = useState(recentCommands);
  return rank(known, query, recent);
}

function useDialog(): RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => { dialog?.close(); };
  }, []);
  return ref;
}

function Options({ id, ranked, active, onChoose }: {
  id: string;
  ranked: Ranked<Command>[];
  active: Ranked<Command> | undefined;
  onChoose: (ranked: Ranked<Command>) => void;
}) {
  const titles: Record<Group, string> = { recent: t("Used last"), found: t("Commands") };
  const groups = (["recent", "found"] as const).filter((group) => ranked.some((one) => one.group === group));
  return (
    <div id={id} role="listbox" aria-label={t("Commands")} className="commands-list">
      {groups.map((group) => (
        <div key={group} role="group" aria-label={titles[group]}>
          {groups.length > 1 && <div role="presentation" className="head">{titles[group]}</div>}
          {ranked.filter((one) => one.group === group).map((one) => (
            <Option
              key={one.command.id}
              ranked={one}
              id={`${id}-${one.command.id}`}
              active={one === active}
              onChoose={() => { onChoose(one); }}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function usePalette(typed: string) {
  const [query, setQuery] = useState(typed);
  const [at, setAt] = useState(0);
  const [refused, setRefused] = useState("");
  const ranked = useRanked(query);
  const active = ranked[Math.min(at, ranked.length - 1)];
  const move = (next: number): void => {
    setAt(next);
    setRefused("");
  };
  const ask = (text: string): void => {
    setQuery(text);
    move(0);
  };
  const choose = (chosen: Ranked<Command>): void => {
    setAt(ranked.indexOf(chosen));
    if (chosen.command.reason === null) run(chosen.command);
    else setRefused(chosen.command.reason);
  };
  return { query, ranked, active, refused, move, ask, choose };
}

/** Everything that can be done, found by its name: arrows choose, Enter does it, Escape gives the focus back. */
export function CommandPalette({ typed }: { typed: string }) {
  const id = useId();
  const ref = useDialog();
  const { query, ranked, active, refused, move, ask, choose } = usePalette(typed);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const next = stepped(event.key, active ? ranked.indexOf(active) : 0, ranked.length);
    if (next !== null) move(next);
    else if (event.key === "Enter") {
      if (active) choose(active);
    } else if (actionFor(event.nativeEvent, true)?.id === "palette") closeLayer();
    else return;
    event.preventDefault();
  };
  return (
    // A press beside the box closes it, as Escape does.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={ref}
      className="dialog commands"
      aria-label={t("All commands")}
      data-testid="commands"
      onCancel={(event) => {
        event.preventDefault();
        closeLayer();
      }}
      onClick={(event) => { if (event.target === event.currentTarget) closeLayer(); }}
    >
      <div className="finder-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-label={t("Find a command")}
          aria-expanded={ranked.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active && `${id}-list-${active.command.id}`}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("A command, or a card to go to")}
          value={query}
          onChange={(event) => { ask(event.target.value); }}
          onKeyDown={onKeyDown}
        />
        <Button label={t("Close")} icon="x" iconOnly look="ghost sm" onPress={closeLayer} />
      </div>
      {ranked.length > 0 && <Options id={`${id}-list`} ranked={ranked} active={active} onChoose={choose} />}
      <p role="status" className="small dim commands-told" data-testid="commands-told">
        {refused === "" ? countWords(query, ranked.length) : refused}
      </p>
    </dialog>
  );
}
