import { memo, useEffect, useId, useRef, type CSSProperties, type MouseEvent } from "react";

import { exitTitle, titleOf } from "../../canvas/derived";
import { cardLabel, wayWords } from "../../canvas/spoken";
import { useCardOnWay, useEdgeOnWay, useStopsAt, useWay, wayLook } from "../../canvas/way";
import { t } from "../../i18n";
import type { Item } from "../../model/outlineTree";
import { edgeFrom } from "../../model/rule";
import { BranchWord } from "../../parts/BranchWord";
import { Icon } from "../../parts/Icon";
import { pointAnchor } from "../../parts/useFloating";
import { useEditor } from "../../store";
import { openDetails } from "../views";
import { choose, openMenu, setFolded, toggle } from "./acts";
import { CardFace, preparedWords, sentenceOf } from "./CardFace";
import { OpenFace } from "./OpenFace";
import { useOutline } from "./state";

/** The row in words: how it is reached, what it is, where it leads, what is wrong with it, and the alarm's way. */
function useLabel({ row: { id, branch, again, open } }: Item): string {
  const way = useWay((state) => state.way);
  const words = useEditor(({ history: { present: { document } }, findings, can }) => {
    if (open !== undefined) {
      const exit = exitTitle(document, id, open);
      return can.edit ? t("{exit} leads nowhere yet: add a card", { exit }) : t("{exit} leads nowhere", { exit });
    }
    return again ? `${titleOf(document, id)}, ${t("see above")}` : cardLabel(document, id, findings);
  });
  const prepared = useEditor(({ history }) => (again || open !== undefined ? "" : preparedWords(history.present, id)));
  const spoken = [words, ...(prepared === "" ? [] : [prepared]), ...(open === undefined ? wayWords(way, id) : [])].join(t(", "));
  return branch === null || branch === "plain" || open !== undefined ? spoken : `${t(branch)}: ${spoken}`;
}

/** How the row stands to the alarm's way that is lit: a repeated card or an open branch is on it when the way comes there. */
function useLook({ row: { id, from, again, open } }: Item): string {
  const edge = useEditor(({ history }) => (from ? edgeFrom(history.present.document, from.id, from.exit)?.id : undefined));
  const card = useCardOnWay(id);
  const branch = useEdgeOnWay(edge ?? "");
  const stops = useStopsAt(id, open);
  const isLeaf = useWay(({ way }) => way?.leaf === id && !again);
  if (isLeaf) return "is-lit is-leaf";
  return wayLook(stops ? "on" : again || open !== undefined ? branch : card);
}

/** Scrolls the list, and it alone. The browser's own scrollIntoView would also begin the next Tab at the row. */
function showRow(row: HTMLElement): void {
  const list = row.closest(".outline");
  if (!list) return;
  const [seen, at] = [list.getBoundingClientRect(), row.getBoundingClientRect()];
  if (at.top < seen.top) list.scrollTop -= seen.top - at.top;
  else if (at.bottom > seen.bottom) list.scrollTop += at.bottom - seen.bottom;
}

/** Brings the row into view when it becomes the current one, and takes the focus that is wished for it. */
function useRowFocus(key: string, stop: boolean) {
  const ref = useRef<HTMLDivElement>(null);
  const wanted = useOutline((state) => state.wish === key);
  useEffect(() => {
    if (stop && ref.current) showRow(ref.current);
  }, [stop]);
  useEffect(() => {
    if (!wanted) return;
    ref.current?.focus();
    useOutline.setState({ wish: null });
  }, [wanted]);
  return ref;
}

function press(event: MouseEvent, item: Item, folded: boolean): void {
  const onTwist = event.target instanceof Element && event.target.closest(".twist") !== null;
  if (onTwist && item.holds) setFolded(item, !folded);
  else if (event.shiftKey || event.ctrlKey || event.metaKey) toggle(item);
  else if (item.row.open === undefined) {
    choose(item);
    openDetails();
  } else openMenu(item, event.currentTarget.getBoundingClientRect());
}

function indent(level: number): CSSProperties {
  return { "--d": level - 1 } as CSSProperties;
}

function Twist({ holds, folded }: { holds: boolean; folded: boolean }) {
  return <span className="twist">{holds && <Icon name={folded ? "right" : "down"} />}</span>;
}

/** One row of the outline. */
export const OutlineItem = memo(function OutlineItem({ item, stop, folded }: { item: Item; stop: boolean; folded: boolean }) {
  const { id, branch, open, again } = item.row;
  const ref = useRowFocus(item.key, stop);
  const selected = useEditor(({ selection }) => open === undefined && selection.nodes.includes(id));
  const label = useLabel(item);
  const look = useLook(item);
  const said = useId();
  const sentence = useEditor(({ history }) => (open === undefined && !again ? sentenceOf(history.present.document, id) : ""));
  return (
    // The keys of all rows are heard by the tree around them.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={ref}
      role="treeitem"
      className={`orow ${open === undefined ? "" : "is-open"} ${look}`.trim()}
      style={indent(item.level)}
      tabIndex={stop ? 0 : -1}
      data-key={item.key}
      data-id={open === undefined && !again ? id : undefined}
      data-testid={open === undefined ? (again ? undefined : `outline-${id}`) : `outline-${id}-${open}`}
      aria-level={item.level}
      aria-posinset={item.position}
      aria-setsize={item.size}
      aria-expanded={item.holds ? !folded : undefined}
      aria-selected={selected}
      aria-describedby={sentence === "" ? undefined : said}
      onClick={(event) => { press(event, item, folded); }}
      onContextMenu={(event) => {
        event.preventDefault();
        openMenu(item, pointAnchor(event.clientX, event.clientY));
      }}
    >
      <span className="hide">{label}</span>
      <span className="face" aria-hidden="true">
        <Twist holds={item.holds} folded={folded} />
        <BranchWord exit={branch} className="w" />
        {open === undefined ? <CardFace item={item} sentence={sentence} said={said} /> : <OpenFace item={item} />}
      </span>
      {open === undefined && (
        <button
          type="button"
          className="btn ghost sm icon orow-more"
          tabIndex={-1}
          aria-haspopup="menu"
          // It is part of the row's own name, which says of which card.
          aria-label={t("More")}
          onClick={(event) => {
            event.stopPropagation();
            openMenu(item, event.currentTarget.getBoundingClientRect());
          }}
        >
          <Icon name="more" />
        </button>
      )}
    </div>
  );
});
