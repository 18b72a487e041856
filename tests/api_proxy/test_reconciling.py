"""Where no clear answer came: what reading back finds, and what is made of it."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connections
from django.db import connection as database
from django.db.models.functions import Now
from django.utils import timezone

from api_proxy import cloud as cloud_module
from api_proxy import keeper
from api_proxy.models import Connection, LeaseLost, Submission
from api_proxy.reconciling import SETTLING, look_again, reconcile_overdue
from api_proxy.sandbox import PROJECT_ID, Sandbox
from api_proxy.sending import UNCLEAR_AT_MOST, UNDER_LEASE, record_end
from api_proxy.signin import TURN_WAIT, longest_call
from api_proxy.submit import submit
from config.metrics import LAST_RECONCILE
from editor.api.problems import Problem
from editor.flow.say import say
from editor.models import Rule
from tests.conftest import Api

PATH = f"/v2/{PROJECT_ID}/alert/group-rules"
TOO_LONG_AGO = Now() - UNCLEAR_AT_MOST - timedelta(seconds=1)
#: What an upstream does with a write and how it answers: carried out or not, and always in doubt.
DOUBTFUL = [
    {"status": 500, "body": {"error_code": "AOM.08001500"}},
    {"status": 502, "body": "<b>Bad Gateway</b>"},
    {"status": 503, "body": ""},
    {"status": 504, "body": ""},
    {"status": 200, "body": {}},
    {"status": 202, "body": ""},
    {"close": "before"},
    {"close": "after"},
    {"raw": "HTTP/1.1 204"},
]


@pytest.fixture
def send(account: Callable[..., User], rule: Rule, connection: Connection) -> Callable[[], Submission]:
    user = account("designer")
    return lambda: Submission.objects.get(pk=submit(user, rule, rule.current, connection).pk)


@pytest.fixture
def there(cloud: Sandbox, sample: Any) -> Callable[..., None]:
    """Puts the rule, as an older version of it, over there."""

    def put(**changes: Any) -> None:
        cloud.reset(group_rules=[{**sample, "desc": "before", **changes}])

    return put


def calls(cloud: Sandbox) -> list[str]:
    return [entry["method"] for entry in cloud.requests() if entry["path"] == PATH]


def run_out(row: Submission, **members: Any) -> None:
    """Leave ``row`` as a process leaves it that is killed: without an outcome, and soon without a lease."""
    past = Now() - timedelta(seconds=1)
    kept = {"finished": None, "lease": uuid.uuid4(), "lease_until": past, **members}
    Submission.objects.filter(pk=row.pk).update(**kept)


@pytest.mark.parametrize("fault", DOUBTFUL, ids=str)
def test_f09_a_write_that_arrived_without_a_clear_answer_is_found_by_reading_back(
    cloud: Sandbox, send: Callable[[], Submission], there: Callable[..., None], fault: dict[str, Any]
) -> None:
    there()
    cloud.add_faults({"match": {"method": "PUT"}, "apply": True, **fault})
    done = send()
    assert done.state == "succeeded"
    assert "it arrived" in done.detail
    assert calls(cloud) == ["GET", "PUT", "GET"]


@pytest.mark.parametrize("fault", DOUBTFUL, ids=str)
def test_f09_a_write_that_was_lost_is_sent_once_more_after_reading_back(
    cloud: Sandbox, send: Callable[[], Submission], there: Callable[..., None], fault: dict[str, Any]
) -> None:
    there()
    cloud.add_faults({"match": {"method": "PUT"}, "apply": False, **fault})
    done = send()
    assert (done.state, done.attempts) == ("succeeded", 2)
    assert calls(cloud) == ["GET", "PUT", "GET", "PUT", "GET"]


def test_f09_a_rule_that_was_to_be_made_is_posted_once_more_where_it_is_still_missing(
    cloud: Sandbox, send: Callable[[], Submission]
) -> None:
    cloud.add_faults({"match": {"method": "POST", "path": PATH}, "close": "before"})
    assert send().state == "succeeded"
    assert calls(cloud) == ["GET", "POST", "GET", "POST", "GET"]


def test_f09_after_two_sendings_in_vain_a_person_is_asked(
    cloud: Sandbox, send: Callable[[], Submission], there: Callable[..., None]
) -> None:
    there()
    cloud.add_faults({"match": {"method": "PUT"}, "times": 9, "status": 503})
    done = send()
    assert (done.state, done.attempts, done.status) == ("needs_human", 2, 503)
    assert "sent twice" in done.detail
    assert calls(cloud) == ["GET", "PUT", "GET", "PUT", "GET"]


def test_a_rule_that_somebody_else_changed_meanwhile_is_left_as_it_is(
    cloud: Sandbox, send: Callable[[], Submission], there: Callable[..., None], sample: Any
) -> None:
    there()
    other = {**sample, "desc": "somebody else's", "enterprise_project_id": "0"}
    cloud.add_faults(
        {"match": {"method": "GET"}, "delay_s": 0},
        {"match": {"method": "PUT"}, "status": 500},
        {"match": {"method": "GET"}, "status": 200, "body": [other]},
    )
    done = send()
    assert done.state == "drifted"
    assert calls(cloud) == ["GET", "PUT", "GET"]


def test_a_refusal_after_a_lost_sending_is_believed_only_when_read_back(
    cloud: Sandbox, send: Callable[[], Submission], there: Callable[..., None]
) -> None:
    there()
    cloud.add_faults(
        {"match": {"method": "PUT"}, "close": "before"},
        {"match": {"method": "PUT"}, "status": 403, "body": {"error_code": "AOM.0403"}},
    )
    done = send()
    assert (done.state, done.error_code) == ("rejected", "AOM.0403")
    assert "as it was before" in done.detail
    assert calls(cloud) == ["GET", "PUT", "GET", "PUT", "GET"]


@pytest.fixture
def unclear(cloud: Sandbox, send: Callable[[], Submission], there: Callable[..., None]) -> Submission:
    """A submission that arrived, got no answer, and could not be read back."""
    there()
    cloud.add_faults(
        {"match": {"method": "GET"}, "delay_s": 0},
        {"match": {"method": "PUT"}, "apply": True, "status": 500, "body": {"error_code": "AOM.08001500"}},
        {"match": {"method": "GET"}, "times": 3, "status": 503},
    )
    return send()


def test_what_cannot_be_read_back_stays_open_and_is_settled_later(cloud: Sandbox, unclear: Submission) -> None:
    assert (unclear.state, unclear.finished, unclear.error_code) == ("unknown", None, "AOM.08001500")
    assert "goes on looking by itself" in unclear.detail
    assert reconcile_overdue() == 1
    unclear.refresh_from_db()
    assert unclear.state == "succeeded"
    assert "AOM.08001500" in unclear.detail
    assert reconcile_overdue() == 0
    assert calls(cloud) == ["GET", "PUT", "GET", "GET", "GET", "GET"]


def test_a_person_is_asked_when_nothing_can_be_read_for_too_long(cloud: Sandbox, unclear: Submission) -> None:
    cloud.add_faults({"match": {"method": "GET"}, "times": 99, "status": 503})
    assert reconcile_overdue() == 1
    Submission.objects.update(unclear_since=TOO_LONG_AGO)
    assert reconcile_overdue() == 1
    unclear.refresh_from_db()
    assert unclear.state == "needs_human"
    assert "Nobody knows" in unclear.detail
    assert "AOM.08001500" in unclear.detail
    assert "could not be read back: AOM did not answer the question: 503." in unclear.detail


def test_what_nobody_looked_at_for_long_is_looked_at_before_a_person_is_asked(
    cloud: Sandbox, unclear: Submission
) -> None:
    run_out(unclear, unclear_since=TOO_LONG_AGO)
    before = len(calls(cloud))
    assert reconcile_overdue() == 1
    unclear.refresh_from_db()
    assert unclear.state == "succeeded"
    assert calls(cloud)[before:] == ["GET"]


def test_the_time_without_a_look_begins_anew_where_the_rule_is_sent_again(
    cloud: Sandbox, unclear: Submission, there: Callable[..., None]
) -> None:
    there()
    run_out(unclear, unclear_since=TOO_LONG_AGO)
    cloud.add_faults(
        {"match": {"method": "PUT"}, "status": 500},
        # The first of the two is refused: the sandbox has forgotten its tokens.
        {"match": {"method": "GET"}, "times": 2, "delay_s": 0},
        {"match": {"method": "GET"}, "times": 3, "status": 503},
    )
    assert reconcile_overdue() == 1
    unclear.refresh_from_db()
    assert (unclear.state, unclear.attempts) == ("unknown", 2)
    assert reconcile_overdue() == 1
    unclear.refresh_from_db()
    assert unclear.state == "needs_human"
    assert "sent twice" in unclear.detail


def test_a_place_that_is_not_free_here_is_no_look_that_failed(
    cloud: Sandbox, send: Callable[[], Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = send()
    run_out(row, state="sending")
    before = len(calls(cloud))
    monkeypatch.setattr(cloud_module, "_keeper_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(cloud_module, "SLOT_WAIT", 0.01)
    with cloud_module._keeper_slots:
        assert reconcile_overdue() == 1
        row.refresh_from_db()
        assert (row.state, row.unclear_since) == ("sending", None)
        run_out(row, state="unknown", unclear_since=TOO_LONG_AGO)
        assert reconcile_overdue() == 1
    row.refresh_from_db()
    assert (row.state, len(calls(cloud))) == ("unknown", before)
    assert reconcile_overdue() == 1
    row.refresh_from_db()
    assert row.state == "succeeded"


@pytest.mark.parametrize("is_gone", [True, False], ids=["connection removed", "key lost"])
def test_f32_a_person_is_asked_where_the_connection_cannot_be_used_any_more(
    unclear: Submission, connection: Connection, settings: Any, is_gone: bool
) -> None:
    if is_gone:
        connection.delete()
    else:
        settings.CREDENTIAL_KEYS = []
        assert reconcile_overdue() == 1
        Submission.objects.update(unclear_since=TOO_LONG_AGO)
    assert reconcile_overdue() == 1
    unclear.refresh_from_db()
    assert unclear.state == "needs_human"


def test_a_person_who_looks_again_settles_it_without_sending(cloud: Sandbox, unclear: Submission) -> None:
    run_out(unclear, state="needs_human", finished=Now())
    unclear.refresh_from_db()
    sent = calls(cloud).count("PUT")
    assert look_again(unclear).state == "succeeded"
    assert calls(cloud).count("PUT") == sent
    with pytest.raises(Problem) as caught:
        look_again(unclear)
    assert caught.value.status == 409


@pytest.mark.parametrize(
    ("fault", "status"), [({"status": 503}, 502), ({"status": 403}, 502), ({"close": "before"}, 504)], ids=str
)
def test_who_looks_again_in_vain_is_told_whether_an_answer_came(
    cloud: Sandbox, unclear: Submission, api: Callable[[str], Api], fault: dict[str, Any], status: int
) -> None:
    run_out(unclear, state="needs_human", finished=Now())
    cloud.add_faults({"match": {"method": "GET"}, "times": 9, **fault})
    answer = api("designer").post(f"/api/submissions/{unclear.id}/look-again/", {})
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert Submission.objects.get().state == "needs_human"


def test_f21_a_lease_outlives_the_longest_call_that_it_is_renewed_before() -> None:
    assert longest_call(UNDER_LEASE) < settings.SUBMIT_LEASE
    assert longest_call(SETTLING) < settings.SUBMIT_LEASE
    assert longest_call(UNDER_LEASE) == 2 * (TURN_WAIT + 30 + 40)


def test_f21_a_look_or_a_write_that_fails_and_a_second_one_end_within_a_minute_of_the_lease() -> None:
    """The keeper comes, a look fails or a write hangs just before a person would be asked, the keeper comes again."""
    longest = max(SETTLING.asking, SETTLING.total)
    until_a_person_is_asked = 2 * keeper.PAUSE + UNCLEAR_AT_MOST.total_seconds() + longest
    assert until_a_person_is_asked <= 60


def test_f21_a_process_killed_before_sending_has_sent_nothing(cloud: Sandbox, send: Callable[[], Submission]) -> None:
    row = send()
    run_out(row, state="prepared", attempts=0)
    before = calls(cloud)
    assert reconcile_overdue() == 1
    row.refresh_from_db()
    assert (row.state, row.is_under_way) == ("rejected", False)
    assert "Nothing was sent." in row.detail
    assert calls(cloud) == before


def test_f21_a_process_killed_while_sending_is_read_back(cloud: Sandbox, send: Callable[[], Submission]) -> None:
    row = send()
    run_out(row, state="sending")
    assert reconcile_overdue() == 1
    row.refresh_from_db()
    assert row.state == "succeeded"
    assert "stopped before the answer came" in row.detail


def test_f21_what_a_killed_process_did_not_send_is_sent_once_by_another(
    cloud: Sandbox, send: Callable[[], Submission], there: Callable[..., None]
) -> None:
    there()
    row = send()
    there()
    run_out(row, state="sending", attempts=1)
    before = len(calls(cloud))
    assert reconcile_overdue() == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("succeeded", 2)
    assert calls(cloud)[before:][-3:] == ["GET", "PUT", "GET"]
    assert calls(cloud)[before:].count("PUT") == 1


def test_f23_a_lease_runs_by_the_clock_of_the_database(send: Callable[[], Submission]) -> None:
    row = send()
    run_out(row, state="sending", lease_until=Now() + timedelta(seconds=60))
    for hours in (-1, 1):
        with time_machine.travel(timedelta(hours=hours)):
            assert not Submission.objects.overdue().exists()
    run_out(row, state="sending")
    for hours in (-1, 1):
        with time_machine.travel(timedelta(hours=hours)):
            assert Submission.objects.overdue().count() == 1


@pytest.mark.django_db(transaction=True)
def test_f24_of_sixteen_takers_one_gets_each_of_five_hundred_rows(send: Callable[[], Submission]) -> None:
    first = send()
    # As dry runs, of which one rule may have many under way.
    past = timezone.now() - timedelta(seconds=1)
    changes: dict[str, Any] = {
        "dry_run": True,
        "state": "prepared",
        "finished": None,
        "lease_until": past,
        "attempts": 0,
    }
    rows = [Submission(**{**_members(first), **changes, "id": uuid.uuid4()}) for _ in range(500)]
    Submission.objects.bulk_create(rows)
    start = threading.Barrier(16)

    def take(seed: int) -> list[uuid.UUID]:
        found = list(Submission.objects.overdue())
        random.Random(seed).shuffle(found)
        start.wait()
        try:
            return [row.pk for row in found if row.take()]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        taken = [pk for mine in pool.map(take, range(16)) for pk in mine]
    assert len(taken) == 500
    assert set(taken) == {row.pk for row in rows}


def _members(row: Submission) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in Submission._meta.concrete_fields}


def test_who_lost_the_lease_writes_nothing_more(send: Callable[[], Submission]) -> None:
    row = send()
    run_out(row, state="sending")
    late = Submission.objects.get(pk=row.pk)
    assert Submission.objects.get(pk=row.pk).take()
    with pytest.raises(LeaseLost):
        late.advance(state="succeeded")
    row.refresh_from_db()
    assert row.state == "sending"


@pytest.mark.django_db(transaction=True)
def test_the_keeper_settles_without_being_asked(cloud: Sandbox, send: Callable[[], Submission]) -> None:
    row = send()
    run_out(row, state="sending")
    stop = threading.Event()

    def keep() -> None:
        try:
            keeper.keep(stop, 0.01)
        finally:
            connections.close_all()

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        assert _wait_for(lambda: Submission.objects.get(pk=row.pk).state == "succeeded")
    finally:
        stop.set()
        thread.join()


def test_a_submission_that_cannot_even_be_read_keeps_nobody_from_the_others(
    send: Callable[[], Submission], rule: Rule, connection: Connection, sample: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken = send()
    other = Rule.objects.start(rule.created_by, {**sample, "name": "another"}, {})
    row = submit(rule.created_by, other, other.current, connection)
    rule.versions.update(document="no rule")
    run_out(broken, state="sending", lease_until=Now() - timedelta(seconds=9))
    run_out(row, state="sending")
    LAST_RECONCILE.set(0)
    assert reconcile_overdue() == 2
    assert Submission.objects.get(pk=row.pk).state == "succeeded"
    assert Submission.objects.get(pk=broken.pk).state == "sending"
    assert str(broken.pk) in caplog.text
    assert "JSONDecodeError" in caplog.text
    assert time.time() - LAST_RECONCILE._value.get() < 60


@pytest.mark.django_db(transaction=True)
def test_the_keeper_goes_on_whatever_it_meets() -> None:
    stop = threading.Event()
    met = [InterfaceError("the connection is gone"), OperationalError("locked"), ValueError("odd"), KeyError("odder")]
    left = iter(met)

    def fail(*args: Any) -> None:
        error = next(left, None)
        if error is None:
            stop.set()
            raise OperationalError("the last one")
        raise error

    with database.execute_wrapper(fail):
        keeper.keep(stop, 0.001)
    assert next(left, None) is None


@pytest.mark.django_db(transaction=True)
def test_f19_an_outcome_is_recorded_over_a_second_connection_where_the_first_is_gone(
    send: Callable[[], Submission],
) -> None:
    row = send()
    run_out(row, state="sending")
    row.refresh_from_db()
    met: list[str] = []

    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if not met and sql.startswith("UPDATE"):
            met.append(sql)
            raise InterfaceError("the connection is gone")
        return execute(sql, *rest)

    with database.execute_wrapper(fail):
        record_end(row, Submission.State.REJECTED, say("It was refused."))
    assert met
    assert Submission.objects.get(pk=row.pk).state == "rejected"


def _wait_for(is_so: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(is_so() or pause.wait(0.05) for _ in range(400))
