"""Submissions that nobody works on any more: cut off with their process, or left unclear. Each is settled by reading
back, or handed to a person."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.db.models.functions import Now

from api_proxy.cloud import NotUsable, opened, problem
from api_proxy.comparing import fingerprint
from api_proxy.models import Connection, LeaseLost, Submission, Undertaking
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
from config.metrics import LAST_RECONCILE
from editor.api.problems import Problem
from editor.flow.say import Said, mark, said_again, say

log = logging.getLogger(__name__)

State = Submission.State
Row = TypeVar("Row", bound=Undertaking)

MOST_AT_ONCE: Final = 50
#: A look that fails is soon followed by another one, so each is cut short.
SETTLING: Final = replace(UNDER_LEASE, asking=20, peace=0)

CUT_OFF: Final = mark("Groupflow stopped before the answer came.")
STOPPED: Final = mark("Groupflow stopped before it came to sending.")
LOOKED_AGAIN: Final = mark("Somebody looked again.")


def reconcile_overdue() -> int:
    """Bring every submission whose lease ran out one step further; how many this process took over.

    Raises OperationalError or InterfaceError where the database does not answer.
    """
    return settle_each(Submission.objects.in_full().overdue(), _settle)


def settle_each(overdue: QuerySet[Row], settle: Callable[[Row], None]) -> int:
    """Take over the ``overdue`` rows, those first that are so for longest, and ``settle`` each; how many were taken.

    Raises OperationalError or InterfaceError where the database does not answer.
    """
    rows = list(overdue.order_by("lease_until")[:MOST_AT_ONCE])
    LAST_RECONCILE.set_to_current_time()
    return sum(1 for row in rows if row.take() and _resume(row, settle))


def _resume(row: Row, settle: Callable[[Row], None]) -> bool:
    """What one row meets keeps nobody from the others, unless it is the database itself."""
    try:
        settle(row)
    except LeaseLost:
        log.info("%s %s was taken over by another process", row.CALLED, row.pk)
    except Problem as told:
        log.warning("%s %s could not be settled: %s", row.CALLED, row.pk, told)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("%s %s could not be settled", row.CALLED, row.pk)
    LAST_RECONCILE.set_to_current_time()
    return True


def _settle(row: Submission) -> None:
    if row.state == State.PREPARED:
        record_end(row, State.REJECTED, say(NOT_SENT, answer=say(STOPPED)))
    elif row.connection is None:
        sentence = say(GIVEN_UP, answer=_cause(row), reason=say("the connection was removed meanwhile."))
        record_end(row, State.NEEDS_HUMAN, sentence, row.refusal)
    else:
        _read_back(row, row.connection)


def _read_back(row: Submission, connection: Connection) -> None:
    """A connection that cannot be used is a look that failed. All other problems are of our own making and say nothing
    of the cloud: the row is let go, and the next round takes it."""
    try:
        with opened(connection, SETTLING) as aom:
            Sending(aom, row).settle(_cause(row), row.refusal)
    except NotUsable as told:
        begin_unclear(row)
        leave_unclear(row, _cause(row), told.detail, row.refusal)
    except Problem:
        row.advance(lease_until=Now())
        raise


def _cause(row: Submission) -> Said:
    """What left the row unclear, as its author was told."""
    told = (row.said or {}).get("params", {}).get("answer")
    cause = said_again(told) if told else None
    return cause if isinstance(cause, Said) else say(CUT_OFF)


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
