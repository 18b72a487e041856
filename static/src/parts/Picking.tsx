import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";

import { Icon } from "./Icon";

/*
 * A field that finds, and the list of what it found. The field keeps the focus: arrows move in the list, and who is
 * listening hears of it by the active option.
 */

const PAGE = 8;

function stepped(key: string, at: number, count: number): number | null {
  if (count === 0) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at + count - 1) % count;
  if (key === "PageDown") return Math.min(at + PAGE, count - 1);
  return key === "PageUp" ? Math.max(at - PAGE, 0) : null;
}

export type Picking<T> = {
  active: T | undefined;
  moveTo: (at: number) => void;
  /** Moves by a key. False when it is no key that moves. */
  step: (key: string) => boolean;
};

/** Which of the found is chosen: the first, until it is moved; around the ends by arrows. */
export function usePicking<T>(found: readonly T[]): Picking<T> {
  const [at, moveTo] = useState(0);
  const place = Math.min(at, found.length - 1);
  const step = (key: string): boolean => {
    const next = stepped(key, place, found.length);
    if (next !== null) moveTo(next);
    return next !== null;
  };
  return { active: found[place], moveTo, step };
}

/** The field, with what stands beside it. `listId`: of the list, `activeId`: of the option that is chosen; none, no list. */
export function PickField({ label, placeholder, query, listId, activeId, inputRef, onQuery, onKey, children }: {
  label: string;
  placeholder: string;
  query: string;
  listId: string;
  activeId: string | undefined;
  inputRef?: RefObject<HTMLInputElement | null>;
  onQuery: (query: string) => void;
  /** A key of the page's, not one of a word that is being composed. */
  onKey: (event: KeyboardEvent) => void;
  children: ReactNode;
}) {
  return (
    <div className="finder-field">
      <Icon name="search" />
      <input
        ref={inputRef}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={activeId !== undefined}
        aria-controls={activeId === undefined ? undefined : listId}
        aria-autocomplete="list"
        aria-activedescendant={activeId}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        value={query}
        onChange={(event) => { onQuery(event.target.value); }}
        onKeyDown={(event) => { if (!event.nativeEvent.isComposing) onKey(event); }}
      />
      {children}
    </div>
  );
}

/** One of the found; scrolled into view while it is chosen. */
export function PickOption({ id, active, refused = false, testId, onPick, children }: {
  id: string;
  active: boolean;
  refused?: boolean;
  testId: string;
  onPick: () => void;
  children: ReactNode;
}) {
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
      aria-disabled={refused || undefined}
      className={`item ${active ? "is-hover" : ""}`}
      data-testid={testId}
      // The field keeps the focus.
      onPointerDown={(event) => { event.preventDefault(); }}
      onClick={onPick}
    >
      {children}
    </div>
  );
}
