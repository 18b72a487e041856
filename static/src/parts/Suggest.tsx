import { useId, useState, type KeyboardEvent, type RefObject } from "react";
import { createPortal } from "react-dom";

import { floor, useFloating, type Anchor } from "./useFloating";

export type Suggestion = { value: string; label?: string; aside?: string };

export type SuggestProps = {
  label: string;
  value: string;
  suggestions: readonly Suggestion[];
  inputRef?: RefObject<HTMLInputElement | null>;
  id?: string;
  describedBy?: string;
  invalid?: boolean;
  readOnly?: boolean;
  placeholder?: string;
  className?: string;
  onChange: (text: string) => void;
  /** A suggestion was picked, or Enter was pressed on free text. */
  onCommit: (value: string) => void;
  /** Keys the owner wants first; return true when handled. */
  onKey?: (event: KeyboardEvent<HTMLInputElement>) => boolean;
  onLeave?: () => void;
};

function matching(suggestions: readonly Suggestion[], text: string): Suggestion[] {
  const wanted = text.trim().toLowerCase();
  const hits = suggestions.filter(({ value, label }) => `${value} ${label ?? ""}`.toLowerCase().includes(wanted));
  // A complete value is no filter: show what else could stand there.
  return suggestions.some(({ value }) => value.toLowerCase() === wanted) ? [...suggestions] : hits;
}

function Options({ id, items, active, anchor, onPick }: {
  id: string;
  items: Suggestion[];
  active: number;
  anchor: Anchor;
  onPick: (value: string) => void;
}) {
  const ref = useFloating<HTMLDivElement>(anchor);
  return createPortal(
    <div ref={ref} id={id} role="listbox" className="menu floating options">
      {items.map((item, index) => (
        <div
          key={item.value}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={`item ${index === active ? "is-hover" : ""}`}
          // Before the input loses focus, which would close the list under the pointer.
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(item.value);
          }}
        >
          <span className="clip">{item.label ?? item.value}</span>
          <span className="grow" />
          {item.aside && <span className="small faint clip">{item.aside}</span>}
        </div>
      ))}
    </div>,
    floor(),
  );
}

/** A text field that suggests: free text is welcome, arrows and Enter pick, Escape closes the list. */
export function Suggest({
  label,
  value,
  suggestions,
  inputRef,
  id,
  describedBy,
  invalid,
  readOnly,
  placeholder,
  className,
  onChange,
  onCommit,
  onKey,
  onLeave,
}: SuggestProps) {
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  const [active, setActive] = useState(-1);
  const listId = useId();
  const items = anchor ? matching(suggestions, value) : [];
  const close = (): void => {
    setAnchor(null);
    setActive(-1);
  };
  const commit = (text: string): void => {
    close();
    onCommit(text);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    // Enter, arrows and Escape belong to the input method while a word is being composed.
    if (event.nativeEvent.isComposing || onKey?.(event)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      commit(items[active]?.value ?? value);
    } else if (event.key === "Escape" && anchor) {
      event.stopPropagation();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAnchor(event.currentTarget.getBoundingClientRect());
      const move = event.key === "ArrowDown" ? 1 : -1;
      setActive((at) => Math.max(-1, Math.min(at + move, items.length - 1)));
    }
  };
  return (
    <>
      <input
        ref={inputRef}
        id={id}
        type="text"
        role="combobox"
        className={className}
        aria-label={id === undefined ? label : undefined}
        aria-describedby={describedBy}
        aria-invalid={invalid || undefined}
        aria-autocomplete="list"
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        readOnly={readOnly}
        value={value}
        onChange={(event) => {
          setAnchor(event.currentTarget.getBoundingClientRect());
          setActive(-1);
          onChange(event.target.value);
        }}
        onClick={(event) => { if (!readOnly) setAnchor(event.currentTarget.getBoundingClientRect()); }}
        onBlur={() => {
          close();
          onLeave?.();
        }}
        onKeyDown={onKeyDown}
      />
      {anchor && items.length > 0 && <Options id={listId} items={items} active={active} anchor={anchor} onPick={commit} />}
    </>
  );
}
