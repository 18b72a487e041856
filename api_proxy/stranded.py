"""Handled alarms that nobody works on any more: their process was cut off. Nothing is sent; each gets its outcome."""

import logging
from typing import Final

from api_proxy.cloud import opened_coc
from api_proxy.handling import NOTHING_RAN, Acting, hand_over_unread
from api_proxy.models import AlarmAction, LeaseLost
from api_proxy.sending import record_end
from editor.api.problems import Problem
from editor.flow.say import Said, mark, say

log = logging.getLogger(__name__)

State = AlarmAction.State

AT_ONCE: Final = 50
CUT_OFF: Final = mark("Groupflow stopped before the answer came.")
UNASKED: Final = mark("COC could not be asked.")
STOPPED: Final = mark("Groupflow stopped before it came to sending.")


def settle_stranded() -> int:
    """Give every action whose lease ran out its outcome; how many this process took over."""
    rows = list(AlarmAction.objects.in_full().overdue().order_by("lease_until")[:AT_ONCE])
    return sum(1 for row in rows if row.take() and _settle(row))


def _settle(row: AlarmAction) -> bool:
    try:
        if row.state == State.PREPARED:
            record_end(row, State.REJECTED, say(NOTHING_RAN, answer=say(STOPPED)))
        else:
            _hand_over(row)
    except LeaseLost:
        log.info("the action %s was taken over by another process", row.id)
    except Problem as problem:
        log.warning("the action %s could not be settled: %s", row.id, problem)
    return True


def _hand_over(row: AlarmAction) -> None:
    cause = say(CUT_OFF)
    if row.connection is None:
        hand_over_unread(row, cause, say("the connection was removed meanwhile."))
        return
    try:
        with opened_coc(row.connection) as coc:
            Acting(coc, row).hand_over(cause)
    except Problem as problem:
        if row.finished is not None:
            raise
        reason = problem.body["detail"]
        hand_over_unread(row, cause, reason if isinstance(reason, Said) else say(UNASKED))
