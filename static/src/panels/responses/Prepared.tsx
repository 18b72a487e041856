import { titleOf } from "../../canvas/derived";
import { speak } from "../../canvas/ui";
import { n, t } from "../../i18n";
import { nodesOf } from "../../model/rule";
import { countResponses, goneCards, handOver, removeResponse, responsesAt, RESPONSE_LIMITS, setResponses, shiftResponse } from "../../model/responses";
import { targetWords, taskWords } from "../../model/responseChanges";
import type { PreparedResponse } from "../../model/types";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import type { MenuGroup } from "../../parts/Menu";
import { MenuButton } from "../../parts/MenuButton";
import { useEditor } from "../../store";
import { editResponse } from "./editing";

function Words({ response }: { response: PreparedResponse }) {
  return (
    <>
      <b>{response.title}</b>
      <span className="small dim">
        {taskWords(response, t)}
        {t(", ")}
        {targetWords(response, t)}
      </span>
    </>
  );
}

function useMoves(card: string, response: PreparedResponse) {
  const apply = useEditor((state) => state.apply);
  const { id, title } = response;
  return {
    move: (delta: -1 | 1): void => {
      apply(t("Move a prepared response"), (draft) => shiftResponse(draft, card, id, delta));
      speak(delta < 0 ? t("{title} moved up", { title }) : t("{title} moved down", { title }));
    },
    remove: (): void => { apply(t("Remove a prepared response"), (draft) => removeResponse(draft, card, id)); },
  };
}

function Row({ card, response }: { card: string; response: PreparedResponse }) {
  const { move, remove } = useMoves(card, response);
  const edit = (): void => { editResponse(card, response); };
  const groups = (): MenuGroup[] => [
    {
      id: "row",
      items: [
        { id: "edit", label: t("Open"), icon: <Icon name="eye" />, run: edit },
        { id: "up", label: t("Move up"), icon: <Icon name="up" />, run: () => { move(-1); } },
        { id: "down", label: t("Move down"), icon: <Icon name="down" />, run: () => { move(1); } },
      ],
    },
    { id: "remove", items: [{ id: "remove", label: t("Remove"), icon: <Icon name="trash" />, run: remove }] },
  ];
  return (
    <>
      <button
        type="button"
        className="response"
        data-testid={`response-${response.id}`}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        onClick={edit}
        onKeyDown={(event) => {
          if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
          event.preventDefault();
          move(event.key === "ArrowUp" ? -1 : 1);
        }}
      >
        <Words response={response} />
      </button>
      <MenuButton label={t("More for {name}", { name: response.title })} icon="more" iconOnly look="ghost sm" groups={groups} />
    </>
  );
}

/** What was prepared on cards that the rule has no more: it is kept until somebody takes it over or lets it go. */
function Gone({ card }: { card: string }) {
  const draft = useEditor(({ history }) => history.present);
  const apply = useEditor((state) => state.apply);
  const editable = useEditor(({ can }) => can.edit);
  const gone = goneCards(draft, nodesOf(draft.document).map(({ id }) => id));
  if (!editable || gone.length === 0) return null;
  return gone.map((from) => {
    const titles = responsesAt(draft, from).map(({ title }) => title).join(t(", "));
    const most = RESPONSE_LIMITS.perCard;
    const full = responsesAt(draft, card).length + responsesAt(draft, from).length > most ? t("A card has at most {count} prepared responses.", { count: most }) : null;
    return (
      <div key={from} className="note response-gone" data-testid="response-gone">
        <Icon name="info" />
        <span className="grow">{t("{titles} was prepared on a card that is gone.", { titles })}</span>
        <Button label={t("Move here")} look="sm" reason={full} onPress={() => { apply(t("Move prepared responses"), (now) => handOver(now, from, card)); }} />
        <Button label={t("Remove")} look="ghost sm" onPress={() => { apply(t("Remove prepared responses"), (now) => setResponses(now, from, [])); }} />
      </div>
    );
  });
}

function useFull(card: string): string | null {
  const draft = useEditor(({ history }) => history.present);
  const { perCard, perRule } = RESPONSE_LIMITS;
  if (responsesAt(draft, card).length >= perCard) return t("A card has at most {count} prepared responses.", { count: perCard });
  return countResponses(draft) >= perRule ? t("A rule has at most {count} prepared responses.", { count: perRule }) : null;
}

/** The prepared responses of a merge card, for whoever handles its alarms. */
export function Prepared({ card }: { card: string }) {
  const list = useEditor(({ history }) => responsesAt(history.present, card));
  const title = useEditor(({ history }) => titleOf(history.present.document, card));
  const editable = useEditor(({ can }) => can.edit);
  const full = useFull(card);
  return (
    <section className="sec prepared" aria-label={t("Prepared responses")} data-testid="responses">
      <div className="sec-head">
        <h3>{t("Prepared responses")}</h3>
        <span className="grow" />
        <span className="small faint num">{n(list.length, "{count} response", "{count} responses")}</span>
      </div>
      {list.length === 0 && <p className="small dim">{t("Whoever handles an alarm of {card} finds an empty form.", { card: title })}</p>}
      <ol className="responses">
        {list.map((response) => (
          <li key={response.id}>
            {editable ? <Row card={card} response={response} /> : <div className="response"><Words response={response} /></div>}
          </li>
        ))}
      </ol>
      <Gone card={card} />
      {editable && <Button label={t("Prepare a response")} icon="plus" look="sm" testId="response-add" reason={full} onPress={() => { editResponse(card, null); }} />}
    </section>
  );
}
