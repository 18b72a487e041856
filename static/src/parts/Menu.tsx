import { useEffect, type KeyboardEvent, type ReactNode } from "react";
import { createPortal } from "react-dom";

import { floor, useFloating, type Anchor } from "./useFloating";

export type MenuItem = {
  id: string;
  label: string;
  icon?: ReactNode;
  aside?: string;
  keys?: string;
  /** Why it cannot be chosen; it is then still listed and read out. */
  reason?: string | null;
  run: () => void;
};
export type MenuGroup = { id: string; title?: string; items: MenuItem[] };

function step(menu: HTMLElement, key: string): HTMLElement | undefined {
  const items = [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.findIndex((item) => item === document.activeElement);
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key === "ArrowDown") return items[(at + 1) % items.length];
  return key === "ArrowUp" ? items.at(at <= 0 ? -1 : at - 1) : undefined;
}

function Item({ item, onChoose }: { item: MenuItem; onChoose: (item: MenuItem) => void }) {
  const refused = item.reason !== undefined && item.reason !== null;
  return (
    <button
      type="button"
      role="menuitem"
      className="item"
      tabIndex={-1}
      data-item={item.id}
      aria-disabled={refused || undefined}
      onMouseEnter={(event) => { event.currentTarget.focus({ preventScroll: true }); }}
      onClick={() => { if (!refused) onChoose(item); }}
    >
      <span className="item-icon" aria-hidden="true">
        {item.icon}
      </span>
      <span className="what">{item.label}</span>
      <span className="grow" />
      {item.keys && <kbd>{item.keys}</kbd>}
      {item.aside && !refused && <span className="small faint clip">{item.aside}</span>}
      {refused && <span className="small why">{item.reason}</span>}
    </button>
  );
}

function Group({ group, first, onChoose }: { group: MenuGroup; first: boolean; onChoose: (item: MenuItem) => void }) {
  return (
    <>
      {!first && <div role="separator" className="sep" />}
      {group.title && (
        <div role="presentation" className="head">
          {group.title}
        </div>
      )}
      {group.items.map((item) => (
        <Item key={item.id} item={item} onChoose={onChoose} />
      ))}
    </>
  );
}

/** A menu beside its anchor: arrows move, Enter chooses, Escape or a press elsewhere closes; focus then goes back. */
export function Menu({ label, groups, anchor, onClose }: { label: string; groups: MenuGroup[]; anchor: Anchor; onClose: () => void }) {
  const ref = useFloating<HTMLDivElement>(anchor);
  useEffect(() => {
    const menu = ref.current;
    const opener = document.activeElement;
    menu?.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
    const closeOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !menu?.contains(event.target)) onClose();
    };
    document.addEventListener("pointerdown", closeOutside, true);
    return () => {
      document.removeEventListener("pointerdown", closeOutside, true);
      const lost = document.activeElement === null || document.activeElement === document.body || menu?.contains(document.activeElement);
      if (lost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, [ref, onClose]);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose();
      return;
    }
    const next = step(event.currentTarget, event.key);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  };
  const choose = (item: MenuItem): void => {
    onClose();
    item.run();
  };
  return createPortal(
    <div ref={ref} role="menu" tabIndex={-1} aria-label={label} className="menu floating" onKeyDown={onKeyDown}>
      {groups.map((group, index) => (
        <Group key={group.id} group={group} first={index === 0} onChoose={choose} />
      ))}
    </div>,
    floor(),
  );
}
