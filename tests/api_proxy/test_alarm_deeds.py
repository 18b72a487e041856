"""Clearing an alarm and making an incident of it: on record before the call, sent once, looked up where unclear."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.models.functions import Now
from django.utils import timezone, translation

from api_proxy.alarm_deeds import Wish, deed_json, do
from api_proxy.coc import Coc
from api_proxy.handling_request import read_incident
from api_proxy.keeper import settle_once
from api_proxy.models import AlarmDeed, Connection
from api_proxy.sandbox import Sandbox
from api_proxy.stranded import settle_stranded
from api_proxy.transport import Limits
from editor.api.problems import Problem
from tests.api_proxy.alarm_steps import ALARM
from tests.api_proxy.alarm_steps import handler as handler
from tests.api_proxy.alarm_steps import operator as operator
from tests.api_proxy.faulting import shorten
from tests.api_proxy.test_alarms_api import INCIDENT
from tests.api_proxy.test_connections_api import is_problem

CLEAR, RAISE = "clear", "incident"
PATHS = {CLEAR: "/v1/alarm-mgmt/alarms/cancel", RAISE: "/v1/alarm-mgmt/alarms-linked-incident"}
SHOW = {"method": "GET", "path": f"/v1/alarm-mgmt/alarm/{ALARM}"}
BODIES = {
    CLEAR: {"remarks": "seen to"},
    RAISE: read_incident(ALARM, {name: value for name, value in INCIDENT.items() if name != "connection"}),
}
KINDS = pytest.mark.parametrize("kind", [CLEAR, RAISE])
Deeds = Callable[..., AlarmDeed]


def match(kind: str) -> dict[str, str]:
    return {"method": "POST", "path": PATHS[kind]}


def sent(cloud: Sandbox, kind: str) -> int:
    return sum((entry["method"], entry["path"]) == ("POST", PATHS[kind]) for entry in cloud.requests())


@pytest.fixture
def act(operator: User, handler: Connection) -> Deeds:
    """Does it as the designer, and gives the record as it is stored."""

    def act(kind: str, **wishes: Any) -> AlarmDeed:
        done = do(Wish(operator, handler, kind, ALARM, wishes.pop("body", BODIES[kind]), **wishes))
        return AlarmDeed.objects.get(pk=done.pk)

    return act


def refused(status: int, act: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.status == status, caught.value.body
    return caught.value


@KINDS
def test_the_record_says_who_did_what_when_and_over_which_connection(cloud: Sandbox, act: Deeds, kind: str) -> None:
    shown = deed_json(act(kind))
    assert (shown["state"], shown["author"], shown["connection_name"]) == ("done", "designer", "sandbox")
    assert shown["request"] == BODIES[kind]
    assert shown["finished"] >= shown["created"]
    assert sent(cloud, kind) == 1


@KINDS
def test_the_intent_is_committed_before_the_first_byte(
    cloud: Sandbox, act: Deeds, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    name = {CLEAR: "clear", RAISE: "to_incident"}[kind]
    original = getattr(Coc, name)

    def watched(coc: Coc, *given: Any) -> Any:
        seen.append(AlarmDeed.objects.get().state)
        return original(coc, *given)

    monkeypatch.setattr(Coc, name, watched)
    act(kind)
    assert seen == ["sending"]


@KINDS
@pytest.mark.parametrize("preset", ["F1-coc", "F5-coc", "F6", "F8-retry-after", "F14-302"])
def test_a_plain_no_is_rejected_and_sent_once(cloud: Sandbox, act: Deeds, kind: str, preset: str) -> None:
    cloud.add_faults({"preset": preset, "match": match(kind)})
    done = act(kind)
    assert (done.state, sent(cloud, kind)) == ("rejected", 1)
    assert done.sentence.endswith({CLEAR: "The alarm was not cleared.", RAISE: "No incident was made."}[kind])


@KINDS
@pytest.mark.parametrize(
    "fault",
    [
        {"preset": "F9-503-applied"},
        {"reset": "after"},
        {"close": "headers"},
        {"status": 200, "body": {"errorCode": "500", "errorMsg": "failed"}, "apply": True},
        {"status": 200, "body": {"data": []}, "apply": True},
        {"preset": "F13-html"},
    ],
)
def test_what_was_done_without_a_clear_answer_is_read_back(
    cloud: Sandbox, act: Deeds, kind: str, fault: dict[str, Any]
) -> None:
    cloud.add_faults({**fault, "match": match(kind)})
    done = act(kind)
    assert (done.state, sent(cloud, kind)) == ("done", 1), done.sentence
    assert {CLEAR: "the alarm is resolved", RAISE: "belongs to the incident IM"}[kind] in done.sentence


@KINDS
@pytest.mark.parametrize(
    "fault", [{"preset": "F9-502"}, {"reset": "before"}, {"status": 200, "body": {"errorCode": "500"}, "apply": False}]
)
def test_what_left_no_trace_stays_unknown_and_is_not_sent_again(
    cloud: Sandbox, act: Deeds, kind: str, fault: dict[str, Any]
) -> None:
    cloud.add_faults({**fault, "match": match(kind)})
    done = act(kind)
    assert (done.state, sent(cloud, kind)) == ("unknown", 1)
    assert "which may show up late" in done.sentence


@KINDS
def test_an_alarm_that_cannot_be_read_back_is_told_as_such(cloud: Sandbox, act: Deeds, kind: str) -> None:
    looks = [{"match": SHOW, "delay_s": 0}] if kind == RAISE else []
    cloud.add_faults({"reset": "after", "match": match(kind)}, *looks, {"preset": "F9-503", "match": SHOW, "times": 3})
    done = act(kind)
    assert (done.state, sent(cloud, kind)) == ("unknown", 1)
    assert "could not be read back: COC did not answer" in done.sentence


@KINDS
def test_silence_is_no_answer(cloud: Sandbox, act: Deeds, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch, Limits(connect=0.5, read=0.4, total=0.8))
    cloud.add_faults({"preset": "F10-hang", "match": match(kind)})
    assert (act(kind).state, sent(cloud, kind)) == ("unknown", 1)


def test_an_outcome_is_told_in_the_language_of_whoever_reads_it(cloud: Sandbox, act: Deeds) -> None:
    done = act(CLEAR)
    assert done.said == {"message": "The alarm was cleared.", "params": {}}
    with translation.override("zh-hans"):
        assert deed_json(done)["detail"] == done.sentence


class TestNeverTwice:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("key", ["key-1", ""])
    @KINDS
    def test_many_at_once_make_one_call(self, cloud: Sandbox, act: Deeds, kind: str, key: str) -> None:
        cloud.add_faults({"match": match(kind), "hold": "before"})
        start = threading.Barrier(12)

        def attempt(number: int) -> str:
            start.wait()
            try:
                return str(act(kind, key=key).state)
            except Problem as problem:
                return str(problem.status)
            finally:
                # The first one is held until everybody else has been told.
                done.release()
                connections.close_all()

        done = threading.Semaphore(0)
        with ThreadPoolExecutor(12) as pool:
            attempts = [pool.submit(attempt, number) for number in range(12)]
            for _ in range(11):
                done.acquire()
            cloud.wait_for(1, "POST", PATHS[kind])
            cloud.release()
            endings = [each.result() for each in attempts]
        assert (endings.count("done"), set(endings) - {"done"} <= {"409", "503"}) == (1, True), endings
        assert (sent(cloud, kind), AlarmDeed.objects.count()) == (1, 1)

    @KINDS
    def test_the_same_key_gives_the_record_and_asks_nothing(self, cloud: Sandbox, act: Deeds, kind: str) -> None:
        first, asked = act(kind, key="key-1"), len(cloud.requests())
        assert act(kind, key="key-1").pk == first.pk
        assert len(cloud.requests()) == asked
        assert "key-1" not in str(AlarmDeed.objects.values().get())

    def test_the_same_key_for_another_request_is_refused(self, cloud: Sandbox, act: Deeds) -> None:
        act(CLEAR, key="key-1")
        for change in ({"kind": RAISE}, {"kind": CLEAR, "body": {}}):
            assert refused(422, partial(act, key="key-1", **change)).body["alarm_deed"]

    def test_a_second_incident_takes_a_reason_even_where_the_first_is_unclear(self, cloud: Sandbox, act: Deeds) -> None:
        cloud.add_faults({"reset": "before", "match": match(RAISE)})
        assert act(RAISE).state == "unknown"
        told = refused(409, lambda: act(RAISE))
        assert told.body["needs_reason"] and "say in reason why" in told.detail
        assert sent(cloud, RAISE) == 1
        again = act(RAISE, reason="the first never showed up")
        assert (again.state, again.reason) == ("done", "the first never showed up")

    def test_an_incident_that_coc_shows_counts_too(self, cloud: Sandbox, act: Deeds) -> None:
        cloud.reset(alarms=[{"id": ALARM, "associate_event_id": "IM2025"}])
        assert "belongs to the incident IM2025 already" in refused(409, lambda: act(RAISE)).detail
        assert sent(cloud, RAISE) == 0

    def test_after_a_refusal_nothing_stands_in_the_way(self, cloud: Sandbox, act: Deeds) -> None:
        cloud.add_faults({"preset": "F1-coc", "match": match(RAISE)})
        assert [act(RAISE).state, act(RAISE).state] == ["rejected", "done"]

    def test_an_alarm_that_cannot_be_looked_at_first_gets_no_incident(self, cloud: Sandbox, act: Deeds) -> None:
        cloud.add_faults({"preset": "F9-503", "match": SHOW, "times": 3})
        assert str(refused(502, lambda: act(RAISE)).body["detail"]).endswith("No incident was made.")
        assert (sent(cloud, RAISE), AlarmDeed.objects.count()) == (0, 0)

    def test_who_may_not_look_may_make_one_all_the_same(self, cloud: Sandbox, act: Deeds) -> None:
        cloud.add_faults({"preset": "F5-coc", "match": SHOW})
        assert (act(RAISE).state, sent(cloud, RAISE)) == ("done", 1)

    @pytest.mark.django_db(transaction=True)
    def test_the_database_holds_one_under_way_for_an_alarm(self, act: Deeds) -> None:
        row = act(CLEAR)
        AlarmDeed.objects.filter(pk=row.pk).update(state="sending", finished=None)
        row.refresh_from_db()
        row.pk, row.key_digest = None, ""
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


class TestWhatAProcessLeavesBehind:
    def left(self, act: Deeds, kind: str) -> AlarmDeed:
        row = act(kind)
        gone = Now() - timedelta(seconds=1)
        AlarmDeed.objects.filter(pk=row.pk).update(state="sending", finished=None, said=None, lease_until=gone)
        return row

    @pytest.mark.django_db(transaction=True)
    @KINDS
    def test_the_alarm_is_read_back(self, cloud: Sandbox, act: Deeds, kind: str) -> None:
        row = self.left(act, kind)
        assert settle_once() == 1
        row.refresh_from_db()
        assert (row.state, sent(cloud, kind)) == ("done", 1)
        assert row.sentence.startswith("Groupflow stopped before the answer came. Read back")
        assert settle_once() == 0

    @KINDS
    def test_without_its_connection_nobody_knows(self, act: Deeds, handler: Connection, kind: str) -> None:
        row = self.left(act, kind)
        handler.delete()
        settle_stranded()
        row.refresh_from_db()
        assert row.state == "unknown"
        assert "the connection was removed meanwhile." in row.sentence

    def test_where_the_connection_cannot_be_used_nobody_knows(self, act: Deeds, settings: Any) -> None:
        row = self.left(act, CLEAR)
        settings.SANDBOX_URL = ""
        settle_stranded()
        row.refresh_from_db()
        assert (row.state, "cannot be used" in row.sentence) == ("unknown", True)

    @pytest.mark.django_db(transaction=True)
    def test_an_outcome_that_cannot_be_recorded_is_told_and_found_out_later(
        self, cloud: Sandbox, act: Deeds, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(row: AlarmDeed, **members: Any) -> None:
            raise OperationalError("disk full")

        with monkeypatch.context() as broken:
            broken.setattr(AlarmDeed, "advance", fail)
            told = refused(503, lambda: act(CLEAR))
        assert "The alarm was cleared." in told.detail
        row = AlarmDeed.objects.get(pk=str(told.body["alarm_deed"]))
        AlarmDeed.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        settle_stranded()
        row.refresh_from_db()
        assert (row.state, sent(cloud, CLEAR)) == ("done", 1)


class TestOverTheApi:
    BASE = f"/api/alarms/{ALARM}"

    def test_who_cleared_it_stands_beside_the_alarm_and_in_the_list(
        self, api: Callable[[str], Any], handler: Connection
    ) -> None:
        done = api("designer").post(f"{self.BASE}/clear/", {"connection": "sandbox", "remarks": " seen to "}).json()
        assert (done["detail"], done["author"], done["alarm_ids"]) == ("The alarm was cleared.", "designer", [ALARM])
        beside = api("reviewer").get(f"{self.BASE}/?connection=sandbox").json()["deeds"]
        assert [(each["kind"], each["author"], each["request"]) for each in beside] == [
            ("clear", "designer", {"remarks": "seen to"})
        ]
        api("designer").post(f"{self.BASE}/incident/", INCIDENT)
        listed = api("reviewer").get(f"/api/alarm-deeds/?alarm={ALARM}").json()
        assert (listed["count"], [each["kind"] for each in listed["results"]]) == (2, ["incident", "clear"])
        assert api("reviewer").get("/api/alarm-deeds/?kind=clear").json()["count"] == 1

    def test_a_key_that_is_sent_again_gets_the_same_answer(
        self, api: Callable[[str], Any], handler: Connection, cloud: Sandbox
    ) -> None:
        cloud.add_faults({"reset": "before", "match": match(CLEAR)})
        send = {"path": f"{self.BASE}/clear/", "body": {"connection": "sandbox"}, "Idempotency-Key": "key-1"}
        bodies = [is_problem(api("designer").post(**send), 502) for _ in range(2)]
        assert [each["state"] for each in bodies] == ["unknown", "unknown"]
        assert bodies[0]["alarm_deed"] == bodies[1]["alarm_deed"]
        assert sent(cloud, CLEAR) == 1

    def test_a_reason_that_is_no_text_or_too_long_is_refused_before_any_call(
        self, api: Callable[[str], Any], handler: Connection, cloud: Sandbox
    ) -> None:
        for reason in (1, "r" * 501):
            answer = api("designer").post(f"{self.BASE}/incident/", {**INCIDENT, "reason": reason})
            assert is_problem(answer, 400)["errors"][0]["pointer"] == "/reason"
        assert cloud.requests() == []
