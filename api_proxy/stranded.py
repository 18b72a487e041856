"""Handled alarms that nobody works on any more: their process was cut off. Nothing is sent; each gets its outcome."""

from typing import Final

from django.db.models.functions import Now

from api_proxy.cloud import NotUsable, opened_coc
from api_proxy.handling import NOTHING_RAN, Acting, hand_over_unread
from api_proxy.models import AlarmAction
from api_proxy.reconciling import CUT_OFF, SETTLING, STOPPED, settle_each
from api_proxy.sending import record_end
from editor.api.problems import Problem
from editor.flow.say import Said, mark, say

State = AlarmAction.State

UNASKED: Final = mark("COC could not be asked.")


def settle_stranded() -> int:
    """Give every action whose lease ran out its outcome; how many this process took over."""
    return settle_each(AlarmAction.objects.in_full().overdue(), _settle)


def _settle(row: AlarmAction) -> None:
    if row.state == State.PREPARED:
        record_end(row, State.REJECTED, say(NOTHING_RAN, answer=say(STOPPED)))
    else:
        _hand_over(row)


def _hand_over(row: AlarmAction) -> None:
    cause = say(CUT_OFF)
    if row.connection is None:
        hand_over_unread(row, cause, say("the connection was removed meanwhile."))
        return
    try:
        with opened_coc(row.connection, SETTLING) as coc:
            Acting(coc, row).hand_over(cause)
    except NotUsable as problem:
        reason = problem.body["detail"]
        hand_over_unread(row, cause, reason if isinstance(reason, Said) else say(UNASKED))
    except Problem:
        # Of our own making, which says nothing of COC: the next round takes the row.
        if row.finished is None:
            row.advance(lease_until=Now())
        raise
