"""F8 and F9: the cloud is asked too often, or not well for a moment."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.db import connection as database
from django.db.models.functions import Now
from hypothesis import given
from hypothesis import strategies as st

from api_proxy.cloud import opened
from api_proxy.models import Connection, Pause, SignIn
from api_proxy.patience import DEFAULT_PAUSE, MOST_PAUSE, OwnPauses, pause_asked, waits
from api_proxy.pauses import SharedPauses
from api_proxy.sandbox import ACCESS_KEY, SECRET_KEY, Sandbox
from api_proxy.secret import Secret
from api_proxy.transport import DEFAULT_LIMITS, Limits, Unreached, UpstreamError, client
from tests.api_proxy.conftest import Call, Upstream
from tests.api_proxy.faulting import Sending, calls, shorten
from tests.api_proxy.faulting import send as send

TOKENS = "/v3/auth/tokens"
FORMS = ["retry-after", "absent", "negative", "huge", "garbage", "retry-after-date", "retry-after-past", "aom"]
#: How long each form asks to be left in peace, in seconds, at least and at most.
PEACE = {"retry-after": (2, 2), "retry-after-date": (0.9, 2), "huge": (MOST_PAUSE, MOST_PAUSE)}


@pytest.mark.parametrize("form", FORMS)
def test_f08_a_throttled_write_is_not_repeated_and_says_when_calls_are_taken_again(
    cloud: Sandbox, send: Sending, form: str
) -> None:
    cloud.add_faults({"preset": f"F8-{form}", "match": {"method": "PUT"}})
    done = send()
    assert (done.state, done.status) == ("rejected", 429)
    assert "takes calls again at" in done.detail
    assert "Nothing was changed over there." in done.detail
    assert calls(cloud) == ["GET", "PUT"]
    least, most = PEACE.get(form, (DEFAULT_PAUSE, DEFAULT_PAUSE))
    kept = Pause.objects.get().until - done.finished if done.finished else timedelta()
    assert least - 0.5 <= kept.total_seconds() <= most + 0.5


@pytest.mark.parametrize("form", [form for form in FORMS if form != "huge"])
def test_f08_a_throttled_question_is_asked_again_and_no_sooner_than_allowed(
    cloud: Sandbox, connection: Connection, form: str
) -> None:
    cloud.add_faults({"preset": f"F8-{form}", "match": {"method": "GET"}})
    started = time.monotonic()
    with opened(connection) as aom:
        assert aom.group_rules() == []
    assert calls(cloud) == ["GET", "GET"]
    first, second = (datetime.fromisoformat(e["time"]) for e in cloud.requests() if e["method"] == "GET")
    assert (second - first).total_seconds() >= PEACE.get(form, (DEFAULT_PAUSE, 0))[0] - 0.01
    assert time.monotonic() - started < 5


def test_f08_a_question_is_asked_three_times_at_most(cloud: Sandbox, connection: Connection) -> None:
    cloud.add_faults({"preset": "F8-absent", "times": 9, "match": {"method": "GET"}})
    with opened(connection) as aom, pytest.raises(UpstreamError, match="takes calls again at"):
        aom.group_rules()
    assert calls(cloud) == ["GET", "GET", "GET"]


def test_f08_a_submission_waits_for_a_short_pause_before_it_is_sent(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F8-absent", "match": {"method": "GET"}})
    done = send()
    assert done.state == "succeeded"
    assert calls(cloud) == ["GET", "GET", "PUT", "GET"]


def test_f08_a_submission_waits_for_no_long_pause_while_its_lease_runs(
    cloud: Sandbox, connection: Connection, send: Sending
) -> None:
    SharedPauses(connection.project_id).extend("127.0.0.1", 30)
    done = send()
    assert (done.state, done.status) == ("rejected", 429)
    assert "takes calls again at" in done.detail
    assert "Nothing was sent." in done.detail
    assert calls(cloud) == []


@pytest.mark.parametrize("kind", ["password", "keys"])
def test_f08_nobody_waits_for_a_pause_while_others_wait_for_their_turn(
    cloud: Sandbox, connection: Connection, kind: str
) -> None:
    if kind == "keys":
        connection.kind = kind
        connection.set_credentials({"access_key": Secret(ACCESS_KEY), "secret_key": Secret(SECRET_KEY)})
        connection.save()
    SharedPauses(connection.project_id).extend("127.0.0.1", 30)
    with opened(connection) as aom, pytest.raises(UpstreamError, match="takes calls again at"):
        aom.group_rules()
    assert cloud.requests() == []
    assert SignIn.objects.get().lease is None


def test_f08_a_throttled_sign_in_says_when_calls_are_taken_again(cloud: Sandbox, connection: Connection) -> None:
    cloud.add_faults({"preset": "F8-absent", "match": {"path": TOKENS}})
    with opened(connection) as aom, pytest.raises(UpstreamError, match="takes calls again at"):
        aom.group_rules()
    assert calls(cloud, TOKENS) == ["POST"]


def test_f08_nobody_waits_for_thirty_years(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F8-huge", "match": {"method": "GET"}})
    assert "takes calls again at" in send().detail
    done = send()
    assert (done.state, done.status) == ("rejected", 429)
    assert "takes calls again at" in done.detail
    assert calls(cloud) == ["GET"]


def test_f08_the_next_write_does_not_leave_before_the_time(
    cloud: Sandbox, send: Sending, connection: Connection
) -> None:
    cloud.add_faults({"preset": "F8-huge", "match": {"method": "PUT"}})
    send()
    with opened(connection) as aom, pytest.raises(UpstreamError, match="takes calls again at") as caught:
        aom.update_group_rule(b"{}")
    assert caught.value.applied is False
    assert calls(cloud) == ["GET", "PUT"]


def test_f08_another_project_is_not_held_up(db: None) -> None:
    SharedPauses("a" * 32).extend("aom.example", 60)
    assert 55 < SharedPauses("a" * 32).left("aom.example") <= 60
    assert SharedPauses("b" * 32).left("aom.example") == 0
    assert SharedPauses("a" * 32).left("iam.example") == 0


@pytest.mark.django_db(transaction=True)
def test_f08_a_pause_is_seen_by_other_workers_and_only_grows() -> None:
    pauses = SharedPauses("a" * 32)
    pauses.extend("aom.example", 60)
    pauses.extend("aom.example", 5)
    connections.close_all()
    assert 55 < SharedPauses("a" * 32).left("aom.example") <= 60
    Pause.objects.update(until=Now() - timedelta(seconds=1))
    assert pauses.left("aom.example") == 0
    pauses.extend("aom.example", 5)
    assert 3 < pauses.left("aom.example") <= 5


def test_f30_a_database_that_fails_holds_up_no_call(db: None) -> None:
    def fail(*args: Any) -> None:
        raise DatabaseError("gone")

    pauses = SharedPauses("a" * 32)
    with database.execute_wrapper(fail):
        pauses.extend("aom.example", 60)
        assert pauses.left("aom.example") == 0


@given(st.text() | st.integers().map(str) | st.datetimes().map(lambda d: format_datetime(d.replace(tzinfo=UTC), True)))
def test_f08_any_retry_after_gives_a_bounded_pause(text: str) -> None:
    assert 0 < pause_asked({"Retry-After": text}) <= MOST_PAUSE


def test_f08_a_date_is_read_by_the_clock_of_whoever_wrote_it() -> None:
    there = datetime(2020, 1, 1, tzinfo=UTC)
    headers = {"Date": format_datetime(there, True), "Retry-After": format_datetime(there + timedelta(seconds=7), True)}
    assert pause_asked(headers) == 7


@pytest.mark.parametrize("text", ["Thu, 01 Jan 2026 99999999999999999999:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -0100"])
def test_f08_a_date_that_there_is_not_asks_for_nothing(text: str) -> None:
    assert pause_asked({"Retry-After": text}) == DEFAULT_PAUSE
    assert pause_asked({"Retry-After": "Thu, 01 Jan 2026 12:00:00 GMT", "Date": text}) <= MOST_PAUSE


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f09_a_question_is_asked_three_times(cloud: Sandbox, send: Sending, status: int) -> None:
    cloud.add_faults({"preset": f"F9-{status}", "times": 2, "match": {"method": "GET"}})
    assert send(dry_run=True).state == "prepared"
    cloud.add_faults({"preset": f"F9-{status}", "times": 9, "match": {"method": "GET"}})
    done = send(dry_run=True)
    assert (done.state, done.status) == ("rejected", status)
    assert calls(cloud) == ["GET"] * 6


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f09_a_sign_in_is_tried_three_times(cloud: Sandbox, send: Sending, status: int) -> None:
    cloud.add_faults({"preset": f"F9-{status}", "times": 9, "match": {"path": "/v3/"}})
    done = send()
    assert (done.state, done.status) == ("rejected", status)
    assert calls(cloud, TOKENS) == ["POST"] * 3
    assert calls(cloud) == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("applied", "puts"), [("", 2), ("-applied", 1)])
def test_f09_a_write_is_sent_once_more_at_most_and_only_after_reading_back(
    cloud: Sandbox, send: Sending, status: int, applied: str, puts: int
) -> None:
    cloud.add_faults({"preset": f"F9-{status}{applied}", "match": {"method": "PUT"}})
    assert send().state == "succeeded"
    assert calls(cloud) == ["GET", "PUT"] * puts + ["GET"]


def test_f09_other_answers_are_final(cloud: Sandbox, send: Sending) -> None:
    for status in (400, 401, 403, 404, 501, 505):
        cloud.add_faults({"status": status, "match": {"method": "GET"}})
        if status == 401:
            cloud.add_faults({"status": status, "match": {"method": "GET"}})
        assert send(dry_run=True).state == "rejected"
    assert calls(cloud) == ["GET"] * 7


def test_f09_the_waits_double_and_are_partly_chance() -> None:
    for seconds, most in zip(waits(), (0.25, 0.5, 1, 2), strict=False):
        assert most / 2 <= seconds <= most


def test_f09_no_question_takes_longer_than_it_may_in_all() -> None:
    def act(call: Call) -> None:
        call.read()

    limits = Limits(connect=1, read=1, total=1, asking=0.1)
    with Upstream(act) as upstream, client([upstream.url], limits=limits) as http, pytest.raises(UpstreamError):
        http.get(upstream.url)
    assert len(upstream.calls) == 1
    assert DEFAULT_LIMITS.asking == 30


def test_f11_a_question_is_asked_again_where_no_connection_came(cloud: Sandbox, send: Sending) -> None:
    cloud.add_faults({"preset": "F11-connect", "times": 2})
    assert send(dry_run=True).state == "prepared"
    assert calls(cloud) == ["GET"]


def test_a_connection_that_never_comes_is_tried_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def resolve(host: str, *args: Any, **kwargs: Any) -> None:
        tried.append(host)
        raise OSError("no such name")

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    with client(["https://aom.example"]) as http, pytest.raises(Unreached, match="no such name") as caught:
        http.get("https://aom.example/")
    assert tried == ["aom.example"] * 3
    assert caught.value.applied is False


def test_a_hanging_answer_to_a_question_is_not_waited_for_again(
    cloud: Sandbox, send: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten(monkeypatch, Limits(connect=0.5, read=0.3, total=0.6))
    cloud.add_faults({"preset": "F10-hang", "match": {"method": "GET"}})
    assert "silent for 0.3 seconds" in send(dry_run=True).detail
    assert calls(cloud) == ["GET"]


def test_own_pauses_are_those_of_one_client() -> None:
    pauses = OwnPauses()
    pauses.extend("aom.example", 60)
    pauses.extend("aom.example", 5)
    assert 55 < pauses.left("aom.example") <= 60
    assert pauses.left("iam.example") == 0
