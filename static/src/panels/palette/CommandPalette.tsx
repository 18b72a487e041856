import { useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { flushSync } from "react-dom";

import { ACTIONS } from "../../actions";
import { actionFor } from "../../chords";
import { n, t } from "../../i18n";
import { Button } from "../../parts/Button";
import { Glyph } from "../../parts/Glyph";
import { PickField, PickOption, usePicking } from "../../parts/Picking";
import { closeLayer } from "../layers";
import { commands, type Command } from "./commands";
import { rank, runsOf, type Group, type Ranked } from "./ranking";
import { recentCommands, rememberCommand } from "./recent";

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
  return (
    <PickOption id={id} active={active} refused={command.reason !== null} testId={`command-${command.id}`} onPick={onChoose}>
      {command.kind && <Glyph kind={command.kind} />}
      <Marked text={command.label} marks={marks} />
      <span className="grow" />
      <span className="small aside clip">{command.reason ?? command.aside}</span>
      {command.keys !== "" && <kbd>{command.keys}</kbd>}
    </PickOption>
  );
}

function countWords(query: string, count: number): string {
  if (query.trim() === "") return "";
  return count === 0 ? t("No command found") : n(count, "{count} command found", "{count} commands found");
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
  const [refused, setRefused] = useState("");
  const ranked = useRanked(query);
  const { active, moveTo, step } = usePicking(ranked);
  const ask = (text: string): void => {
    setQuery(text);
    moveTo(0);
    setRefused("");
  };
  const move = (key: string): boolean => {
    const moved = step(key);
    if (moved) setRefused("");
    return moved;
  };
  const choose = (chosen: Ranked<Command>): void => {
    moveTo(ranked.indexOf(chosen));
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
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") {
      if (active) choose(active);
    } else if (actionFor(event.nativeEvent, true, ACTIONS)?.id === "palette") closeLayer();
    else if (!move(event.key)) return;
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
      <PickField
        label={t("Find a command")}
        placeholder={t("A command, or a card to go to")}
        query={query}
        listId={`${id}-list`}
        activeId={active && `${id}-list-${active.command.id}`}
        onQuery={ask}
        onKey={onKey}
      >
        <Button label={t("Close")} icon="x" iconOnly look="ghost sm" onPress={closeLayer} />
      </PickField>
      {ranked.length > 0 && <Options id={`${id}-list`} ranked={ranked} active={active} onChoose={choose} />}
      <p role="status" className="small dim commands-told" data-testid="commands-told">
        {refused === "" ? countWords(query, ranked.length) : refused}
      </p>
    </dialog>
  );
}
