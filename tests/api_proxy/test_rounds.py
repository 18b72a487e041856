"""F21 where many rows are left at once and the cloud lets every question hang: no row waits for the others."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.utils import timezone

from api_proxy import cloud as cloud_module
from api_proxy.keeper import settle_once
from api_proxy.models import AlarmAction, Connection, Submission
from api_proxy.reconciling import reconcile_overdue
from api_proxy.sandbox import PROJECT_ID, Sandbox
from api_proxy.secret import Secret
from api_proxy.sending import UNCLEAR_AT_MOST
from api_proxy.stranded import settle_stranded
from api_proxy.submit import submit
from api_proxy.transport import Limits
from editor.models import Rule
from tests.api_proxy.alarm_steps import Running, task
from tests.api_proxy.alarm_steps import handler as handler
from tests.api_proxy.alarm_steps import operator as operator
from tests.api_proxy.alarm_steps import run as run
from tests.api_proxy.conftest import Call, Upstream
from tests.api_proxy.faulting import PATH, calls, shorten

pytestmark = pytest.mark.django_db
MANY = 30
#: A question that hangs is given up after half a second.
HASTY = Limits(connect=0.5, read=0.5, total=0.5, asking=0.5, peace=0)
HANG = {"preset": "F10-hang", "match": {"method": "GET"}, "times": 1000}
Left = Callable[[int], list[Submission]]


@pytest.fixture
def left(cloud: Sandbox, connection: Connection, account: Callable[..., User], sample: Any) -> Left:
    """Leaves submissions of so many rules as a killed process does: sent, and without an answer on record."""
    user = account("designer")

    def leave(count: int) -> list[Submission]:
        rules = [Rule.objects.start(user, {**sample, "name": f"rule_{n}"}, {}) for n in range(count)]
        rows = [submit(user, rule, rule.current, connection) for rule in rules]
        Submission.objects.update(state="sending", finished=None, lease_until=Now() - timedelta(seconds=1))
        return rows

    return leave


def states() -> Counter[str]:
    return Counter(Submission.objects.values_list("state", flat=True))


def test_f21_thirty_rows_need_one_look_that_hangs_and_a_second_one(
    cloud: Sandbox, left: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(MANY)
    before = len(calls(cloud))
    cloud.add_faults(HANG)
    shorten(monkeypatch, HASTY)
    assert reconcile_overdue() == MANY
    assert states() == {"unknown": MANY}
    assert calls(cloud)[before:] == ["GET"]
    # Their time runs from before the look, so that the next one is the last for all of them.
    began = Submission.objects.values_list("unclear_since", flat=True)
    assert max(filter(None, began)) < min(filter(None, began)) + timedelta(seconds=HASTY.asking)
    Submission.objects.update(unclear_since=Now() - UNCLEAR_AT_MOST - timedelta(seconds=1))
    assert reconcile_overdue() == MANY
    assert states() == {"needs_human": MANY}
    assert calls(cloud)[before:] == ["GET", "GET"]


def test_f21_one_look_settles_all_that_arrived(cloud: Sandbox, left: Left) -> None:
    left(MANY)
    before = len(calls(cloud))
    assert reconcile_overdue() == MANY
    assert states() == {"succeeded": MANY}
    assert calls(cloud)[before:] == ["GET"]


def test_what_was_written_is_looked_at_anew(cloud: Sandbox, left: Left) -> None:
    rows = left(2)
    cloud.reset()
    Submission.objects.update(before="absent", operation="create")
    assert reconcile_overdue() == len(rows)
    assert states() == {"succeeded": 2}
    assert calls(cloud)[-5:] == ["GET", "POST", "GET", "POST", "GET"]


def test_f21_where_one_write_hangs_the_others_are_not_sent_and_nobody_waits(
    cloud: Sandbox, left: Left, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(12)
    cloud.reset()
    Submission.objects.update(before="absent", operation="create", attempts=1)
    cloud.add_faults({"preset": "F10-hang", "match": {"method": "POST", "path": PATH}, "times": 1000})
    shorten(monkeypatch, HASTY)
    # Signing in anew, which the first look does, is no part of what is counted.
    assert reconcile_overdue() == 12
    assert states() == {"unknown": 11, "needs_human": 1}
    assert calls(cloud)[-3:] == ["GET", "POST", "GET"]
    before = len(calls(cloud))
    Submission.objects.filter(finished=None).update(unclear_since=Now() - UNCLEAR_AT_MOST - timedelta(seconds=1))
    assert reconcile_overdue() == 11
    assert states() == {"needs_human": 12}
    assert calls(cloud)[before:] == ["GET", "POST", "GET"]
    told = Counter("It was not sent once more" in row.detail for row in Submission.objects.all())
    assert told == {True: 10, False: 2}
    assert set(Submission.objects.values_list("attempts", flat=True)) == {1, 2}


def test_a_write_that_breaks_off_at_once_keeps_no_other_back(cloud: Sandbox, left: Left) -> None:
    left(3)
    cloud.reset()
    Submission.objects.update(before="absent", operation="create", attempts=1)
    cloud.add_faults({"match": {"method": "POST", "path": PATH}, "close": "before"})
    assert reconcile_overdue() == 3
    assert states() == {"needs_human": 1, "succeeded": 2}


@pytest.mark.parametrize("slots", ["_slots", "_keeper_slots"])
def test_the_keeper_and_people_take_no_places_from_each_other(
    left: Left, connection: Connection, rule: Rule, slots: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_module, "SLOT_WAIT", 0.01)
    left(1)
    with ExitStack() as taken:
        for _ in range(4):
            taken.enter_context(getattr(cloud_module, slots))
        if slots == "_slots":
            reconcile_overdue()
            assert states() == {"succeeded": 1}
        else:
            assert submit(rule.created_by, rule, rule.current, connection).state == "succeeded"


@pytest.mark.django_db(transaction=True)
def test_several_connections_are_asked_at_a_time(left: Left, settings: Any) -> None:
    rows = left(8)
    together = threading.Barrier(4, timeout=20)

    def wait_for_others(call: Call) -> None:
        call.read()
        together.wait()
        call.answer("200 OK", b"[]", "Content-Type: application/json", "Connection: close")

    with Upstream(wait_for_others) as upstream:
        settings.SANDBOX_URL = upstream.url
        for number, row in enumerate(rows):
            made = Connection(name=f"other {number}", region="sandbox", project_id=PROJECT_ID, kind="token")
            made.set_credentials({"token": Secret("t" * 40)})
            made.save()
            Submission.objects.filter(pk=row.pk).update(connection=made, before="other")
        assert settle_once() == 8
    assert not together.broken
    assert len(upstream.calls) == 8
    assert states() == {"drifted": 8}


def test_f21_thirty_handled_alarms_wait_for_one_question_that_hangs(
    cloud: Sandbox, run: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms = [f"ALM{number:05}" for number in range(MANY)]
    cloud.reset(alarms=[{"id": alarm} for alarm in alarms])
    for alarm in alarms:
        run(alarm, body=task(1))
    AlarmAction.objects.update(
        state="sending", finished=None, sent=timezone.now(), work_order="", lease_until=Now() - timedelta(seconds=1)
    )
    before = len(cloud.requests())
    cloud.add_faults(HANG)
    shorten(monkeypatch, HASTY)
    assert settle_stranded() == MANY
    rows = list(AlarmAction.objects.all())
    assert {row.state for row in rows} == {"needs_human"}
    assert {str(row.evidence) for row in rows} == {"{'read': None}"}
    assert len(cloud.requests()) == before + 1
