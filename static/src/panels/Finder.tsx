import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { titlesOf } from "../canvas/derived";
import { goToCard } from "../canvas/goTo";
import { speak, useUi } from "../canvas/ui";
import { n, t } from "../i18n";
import { kindOf, nodeById } from "../model/rule";
import { mark, type Message } from "../model/say";
import { search, type Facet, type Hit } from "../model/search";
import { Button } from "../parts/Button";
import { Glyph } from "../parts/Glyph";
import { PickField, PickOption, usePicking } from "../parts/Picking";
import { useEditor } from "../store";

const FACETS = {
  title: mark("title"),
  attribute: mark("attribute"),
  value: mark("value"),
  rule: mark("notification rule"),
  id: mark("card id"),
  condition: mark("condition id"),
} as const satisfies Record<Facet, Message>;

function close(): void {
  useUi.setState({ finding: false, found: [] });
}

/** Selects a card, brings it to the middle and gives it the focus. */
function goTo(id: string): void {
  close();
  goToCard(id);
}

function Marked({ text, start, end }: Hit) {
  return (
    <span className="clip">
      {text.slice(0, start)}
      <mark>{text.slice(start, end)}</mark>
      {text.slice(end)}
    </span>
  );
}

function Row({ hit, id, active }: { hit: Hit; id: string; active: boolean }) {
  const document = useEditor(({ history }) => history.present.document);
  const node = nodeById(document, hit.id);
  return (
    <PickOption id={id} active={active} testId={`found-${hit.id}`} onPick={() => { goTo(hit.id); }}>
      {node && <Glyph kind={kindOf(node)} />}
      {hit.facet === "title" ? <Marked {...hit} /> : <b className="title">{titlesOf(document).get(hit.id)}</b>}
      <span className="grow" />
      {hit.facet !== "title" && (
        <span className="small dim row clip">
          <span className="faint">{t(FACETS[hit.facet])}</span>
          <Marked {...hit} />
        </span>
      )}
    </PickOption>
  );
}

function countWords(query: string, count: number): string {
  if (query.trim() === "") return "";
  return count === 0 ? t("No card found") : n(count, "{count} card found", "{count} cards found");
}

function useHits(query: string): Hit[] {
  const document = useEditor(({ history }) => history.present.document);
  const hits = useMemo(() => search(document, titlesOf(document), query, t), [document, query]);
  useEffect(() => { useUi.setState({ found: hits.map(({ id }) => id) }); }, [hits]);
  useEffect(() => {
    const words = countWords(query, hits.length);
    if (words !== "") speak(words);
  }, [query, hits.length]);
  return hits;
}

/** The field gets the focus when it appears, and gives it back to what had it when it is given up. */
function useOpener() {
  const field = useRef<HTMLInputElement>(null);
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    opener.current ??= document.activeElement;
    field.current?.focus();
  }, []);
  const giveUp = (): void => {
    close();
    const { current } = opener;
    const first = document.querySelector<HTMLElement>('.react-flow__node[tabindex="0"]');
    if (current instanceof HTMLElement && current !== document.body && current.isConnected) current.focus({ preventScroll: true });
    else first?.focus({ preventScroll: true });
  };
  return { field, giveUp };
}

/** The search over the canvas: a field, and the cards whose title, attributes, values, rules or ids hold its text. */
export function Finder() {
  const id = useId();
  const [query, setQuery] = useState("");
  const hits = useHits(query);
  const { active, moveTo, step } = usePicking(hits);
  const { field, giveUp } = useOpener();
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") {
      if (active) goTo(active.id);
    } else if (!step(event.key)) return;
    event.preventDefault();
  };
  const onEscape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    giveUp();
  };
  return (
    // The keys are those of the field; the close button shares Escape.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="finder" data-testid="finder" onKeyDown={onEscape}>
      <PickField
        label={t("Find a card")}
        placeholder={t("Title, attribute, value, notification rule or id")}
        query={query}
        listId={id}
        activeId={active && `${id}-${active.id}`}
        inputRef={field}
        onQuery={(text) => {
          setQuery(text);
          moveTo(0);
        }}
        onKey={onKey}
      >
        <span className="small faint num" data-testid="found-count">
          {countWords(query, hits.length)}
        </span>
        <Button label={t("Close the search")} icon="x" iconOnly look="ghost sm" onPress={giveUp} />
      </PickField>
      {hits.length > 0 && (
        <div id={id} role="listbox" aria-label={t("Cards found")} className="finder-list">
          {hits.map((hit) => (
            <Row key={hit.id} hit={hit} id={`${id}-${hit.id}`} active={hit === active} />
          ))}
        </div>
      )}
    </div>
  );
}
