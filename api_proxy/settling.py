"""What comes after a task was sent: how its work order goes on, and what a person found out where nobody knew."""

from datetime import timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db.models import ExpressionWrapper, Q, fields
from django.db.models.functions import Now
from django.utils import timezone

from api_proxy.cloud import opened_coc
from api_proxy.coc import TASK_ID, Coc
from api_proxy.handling import read_records
from api_proxy.models import AlarmAction
from api_proxy.transport import BadAnswer, UpstreamError, plain
from editor.api.problems import Problem
from editor.flow.say import Said, mark, said_again, say

State = AlarmAction.State
Settlement = AlarmAction.Settlement

#: Seconds between two looks at one work order, over all processes.
LOOK_PAUSE: Final = 5
#: How ids of work orders begin that COC's two ways of looking at one are known to take.
SCRIPT_ORDER: Final = "SCT"
JOB_ORDER: Final = "EX"

_FOUND_OUT: Final = {
    Settlement.RAN: mark("{author} found out that it ran. Before that: {before}"),
    Settlement.DID_NOT_RUN: mark("{author} found out that it did not run. Before that: {before}"),
}


def settle(row: AlarmAction, user: User, settlement: Settlement, note: str, work_order: str = "") -> AlarmAction:
    """Write down what ``user`` found out about an action that waits for a person; nothing is sent.

    Raises Problem 409 where it has its outcome already.
    """
    before = said_again(row.said) if row.said else row.detail
    sentence = say(_FOUND_OUT[settlement], author=str(user), before=before)
    settled = AlarmAction.objects.filter(pk=row.pk, state=State.NEEDS_HUMAN).update(
        state=State.STARTED if settlement == Settlement.RAN else State.REJECTED,
        settlement=settlement,
        settled_by=user,
        settled_at=timezone.now(),
        note=note,
        work_order=work_order,
        detail=str(sentence),
        said=sentence.as_json(),
    )
    row.refresh_from_db()
    if not settled:
        detail = say("This action does not wait for anybody: {outcome}", outcome=row.sentence)
        raise Problem(409, "Nothing open", detail, alarm_action=str(row.id))
    return row


def follow(row: AlarmAction) -> Said | None:
    """Look how the work order of ``row`` stands, unless it is over or somebody has just looked; what kept us from it,
    None where nothing did."""
    if not _is_followed(row) or not _turn(row):
        return None
    assert row.connection is not None
    try:
        with opened_coc(row.connection) as coc:
            state = _order_state(coc, row)
    except UpstreamError as error:
        return error.sentence
    except Problem as problem:
        reason = problem.body["detail"]
        return reason if isinstance(reason, Said) else None
    AlarmAction.objects.filter(pk=row.pk).update(order_state=state)
    row.order_state = state
    return None


def _is_followed(row: AlarmAction) -> bool:
    return row.state == State.STARTED and bool(row.work_order) and not row.order_is_over and row.connection is not None


def _turn(row: AlarmAction) -> bool:
    """Whether it is this caller who looks now."""
    pause = ExpressionWrapper(Now() - timedelta(seconds=LOOK_PAUSE), output_field=fields.DateTimeField())
    due = AlarmAction.objects.filter(pk=row.pk).filter(Q(order_seen=None) | Q(order_seen__lte=pause))
    taken = due.update(order_seen=Now()) == 1
    if taken:
        row.refresh_from_db(fields=["order_seen", "order_state"])
    return taken


def _order_state(coc: Coc, row: AlarmAction) -> str:
    """As COC calls it. Raises UpstreamError."""
    order = row.work_order
    if order.startswith(SCRIPT_ORDER) and TASK_ID.fullmatch(order):
        return _state(coc.script_order(order).get("status"))
    if order.startswith(JOB_ORDER) and TASK_ID.fullmatch(order):
        return _state(coc.execution(order).get("status"))
    records = read_records(coc, row.alarm_id)
    return _state(next((each["status"] for each in records if each["work_order"] == order), None))


def _state(status: object) -> str:
    if isinstance(status, str) and status:
        return plain(status)[:100]
    raise BadAnswer(say("COC does not tell how the work order stands."), applied=False, status=200)
