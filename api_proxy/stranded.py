"""What was being done to alarms when its process was cut off: runs, clearings and incidents. Nothing is sent; each row
gets its outcome."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from api_proxy.alarm_deeds import Doing, leave_unknown
from api_proxy.cloud import NotUsable, opened_coc_by_keeper
from api_proxy.coc import Coc
from api_proxy.handling import NOTHING_RAN, Acting, hand_over_unread
from api_proxy.models import AlarmAction, AlarmDeed, Connection
from api_proxy.reconciling import CUT_OFF, SETTLING, STOPPED, put_off
from api_proxy.rounds import Batch, batches, each, settle_all
from api_proxy.sending import record_end
from editor.api.problems import Problem
from editor.flow.say import Said, mark, say

State = AlarmAction.State

UNASKED: Final = mark("COC could not be asked.")
REMOVED: Final = mark("the connection was removed meanwhile.")


def settle_stranded() -> int:
    """Give every action whose lease ran out its outcome; how many this process took over."""
    return settle_all(stranded())


def stranded() -> list[Batch]:
    """The same still to be done, connection by connection."""
    deeds = batches(AlarmDeed.objects.in_full().overdue(), _settle_deeds)
    return [*batches(AlarmAction.objects.in_full().overdue(), _settle), *deeds]


def _settle(rows: Sequence[AlarmAction]) -> None:
    """Rows of one connection."""
    sent = [row for row in rows if row.state != State.PREPARED]
    each((row for row in rows if row.state == State.PREPARED), _not_run)
    if sent and sent[0].connection is None:
        each(sent, partial(_hand_over_unread, say(REMOVED)))
    elif sent and sent[0].connection is not None:
        _hand_over(sent, sent[0].connection)


def _not_run(row: AlarmAction) -> None:
    record_end(row, State.REJECTED, say(NOTHING_RAN, answer=say(STOPPED)))


def _hand_over(rows: Sequence[AlarmAction], connection: Connection) -> None:
    try:
        with opened_coc_by_keeper(connection, SETTLING) as coc:
            each(rows, partial(_hand_over_read, coc))
    except NotUsable as problem:
        each(rows, partial(_hand_over_unread, _reason(problem)))
    except Problem as told:
        each(rows, partial(put_off, told))


def _hand_over_read(coc: Coc, row: AlarmAction) -> None:
    Acting(coc, row).hand_over(say(CUT_OFF))


def _hand_over_unread(reason: Said, row: AlarmAction) -> None:
    hand_over_unread(row, say(CUT_OFF), reason)


def _settle_deeds(rows: Sequence[AlarmDeed]) -> None:
    """Rows of one connection. All of them may have been sent: they are written just before."""
    connection = rows[0].connection
    if connection is None:
        each(rows, partial(_leave_unknown, say(REMOVED)))
        return
    try:
        with opened_coc_by_keeper(connection, SETTLING) as coc:
            each(rows, lambda row: Doing(coc, row).find_out(say(CUT_OFF)))
    except NotUsable as problem:
        each(rows, partial(_leave_unknown, _reason(problem)))
    except Problem as told:
        each(rows, partial(put_off, told))


def _leave_unknown(reason: Said, row: AlarmDeed) -> None:
    leave_unknown(row, say(CUT_OFF), reason)


def _reason(problem: NotUsable) -> Said:
    reason = problem.body["detail"]
    return reason if isinstance(reason, Said) else say(UNASKED)
