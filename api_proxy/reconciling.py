"""Submissions that nobody works on any more: cut off with their process, or left unclear. Each is settled by reading
back, or handed to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from api_proxy.aom import Aom
from api_proxy.cloud import NotUsable, opened, opened_by_keeper, problem
from api_proxy.comparing import fingerprint
from api_proxy.models import Connection, Submission, Undertaking
from api_proxy.rounds import Batch, batches, each, settle_all
from api_proxy.sending import (
    ARRIVED,
    DRIFTED,
    GIVEN_UP,
    NOT_ARRIVED,
    NOT_SENT,
    UNDER_LEASE,
    Sending,
    begin_unclear,
    leave_unclear,
    look,
    record_end,
)
from api_proxy.transport import UpstreamError
from editor.api.problems import Problem
from editor.flow.say import Said, mark, said_again, say

State = Submission.State

#: A look that fails is soon followed by another one, so each is cut short.
SETTLING: Final = replace(UNDER_LEASE, asking=20, peace=0)

CUT_OFF: Final = mark("Groupflow stopped before the answer came.")
STOPPED: Final = mark("Groupflow stopped before it came to sending.")
LOOKED_AGAIN: Final = mark("Somebody looked again.")


def reconcile_overdue() -> int:
    """Bring every submission whose lease ran out one step further; how many this process took over.

    Raises OperationalError or InterfaceError where the database does not answer.
    """
    return settle_all(overdue_submissions())


def overdue_submissions() -> list[Batch]:
    """The same still to be done, connection by connection."""
    return batches(Submission.objects.in_full().overdue(), _settle)


def _settle(rows: Sequence[Submission]) -> None:
    """Rows of one connection."""
    unclear = [row for row in rows if row.state != State.PREPARED]
    each((row for row in rows if row.state == State.PREPARED), _not_sent)
    if unclear and unclear[0].connection is None:
        each(unclear, _give_up)
    elif unclear and unclear[0].connection is not None:
        _read_back(unclear, unclear[0].connection)


def _not_sent(row: Submission) -> None:
    record_end(row, State.REJECTED, say(NOT_SENT, answer=say(STOPPED)))


def _give_up(row: Submission) -> None:
    sentence = say(GIVEN_UP, answer=cause_of(row.said), reason=say("the connection was removed meanwhile."))
    record_end(row, State.NEEDS_HUMAN, sentence, row.refusal)


def _read_back(rows: Sequence[Submission], connection: Connection) -> None:
    """A connection that cannot be used is a look that failed. All other problems are of our own making and say nothing
    of the cloud: the rows are let go, and the next round takes them. The time of all of them runs from before the look.
    """
    try:
        with opened_by_keeper(connection, SETTLING) as aom:
            begun = each(rows, partial(_begin, aom))
            each(begun, lambda row: Sending(aom, row).settle(cause_of(row.said), row.refusal))
    except NotUsable as told:
        each(rows, partial(_without_look, told.detail))
    except Problem as told:
        each(rows, partial(put_off, told))


def _begin(aom: Aom, row: Submission) -> None:
    # What cannot even be read stays as it is.
    Sending(aom, row)
    begin_unclear(row)


def _without_look(reason: str, row: Submission) -> None:
    begin_unclear(row)
    leave_unclear(row, cause_of(row.said), reason, row.refusal)


def put_off(told: Problem, row: Undertaking) -> None:
    """What ``each`` does with a row that meets a problem of our own making: the next round takes it."""
    raise told


def cause_of(said: Mapping[str, Any] | None) -> Said:
    """What left a row unclear, as its author was told in ``said``."""
    told = said_again(((said or {}).get("params") or {}).get("answer") or "")
    return told if isinstance(told, Said) else say(CUT_OFF)


def look_again(row: Submission) -> Submission:
    """Read back, once more, what a person was asked about; nothing is sent.

    Raises Problem where the cloud cannot be asked, or where there is nothing left open.
    """
    if row.state != State.NEEDS_HUMAN or row.connection is None:
        raise Problem(409, "Nothing open", say("This submission has its outcome, or its connection was removed."))
    document = row.version.content
    with opened(row.connection) as aom:
        try:
            live = look(aom, document.get("name")).fingerprint
        except UpstreamError as error:
            raise problem(error) from None
    words = say(LOOKED_AGAIN)
    if live == fingerprint(document):
        return _judge(row, State.SUCCEEDED, say(ARRIVED, answer=words))
    if live == row.before:
        return _judge(row, State.REJECTED, say(NOT_ARRIVED, answer=words))
    return _judge(row, State.DRIFTED, say(DRIFTED, answer=words))


def _judge(row: Submission, state: Submission.State, sentence: Said) -> Submission:
    open_rows = Submission.objects.filter(pk=row.pk, state=State.NEEDS_HUMAN)
    open_rows.update(state=state, detail=str(sentence), said=sentence.as_json())
    row.refresh_from_db()
    return row
