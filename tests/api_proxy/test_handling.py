"""Running a task because of an alarm: once, on record before the first byte, and never said done where nobody knows."""

import json
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
from django.utils import timezone

from api_proxy.coc import Coc
from api_proxy.handling import Wish, handle
from api_proxy.handling_request import read_handling
from api_proxy.keeper import settle_once
from api_proxy.models import AlarmAction, Connection
from api_proxy.sandbox import Sandbox
from api_proxy.sandbox.coc_seeds import ALARM_IDS, resources
from api_proxy.settling import follow, settle
from api_proxy.stranded import settle_stranded
from api_proxy.transport import Limits
from editor.api.problems import Problem
from tests.api_proxy.alarm_steps import ALARM, HANDLE, HISTORIES, PATH, Running, orders, posts, step, task
from tests.api_proxy.alarm_steps import handler as handler
from tests.api_proxy.alarm_steps import operator as operator
from tests.api_proxy.alarm_steps import run as run
from tests.api_proxy.faulting import shorten


def refused(status: int, act: Callable[[], object]) -> Problem:
    with pytest.raises(Problem) as caught:
        act()
    assert caught.value.status == status, caught.value.body
    return caught.value


class TestAPlainRun:
    def test_it_is_started_with_exactly_the_bytes_of_the_request(self, cloud: Sandbox, run: Running) -> None:
        done = run(body=task(1))
        assert (done.state, done.status, done.machines) == ("started", 200, 1)
        assert done.work_order.startswith("SCT")
        assert done.sentence == f"COC started the work order {done.work_order}. Its progress is shown here."
        sent = next(entry for entry in cloud.requests() if entry["path"] == PATH)
        assert sent["body"].encode() == read_handling(ALARM, task(1)).content
        assert (posts(cloud), orders(cloud)) == (1, 1)

    def test_the_record_says_who_what_where_and_when(
        self, run: Running, operator: User, handler: Connection, cloud: Sandbox
    ) -> None:
        done = run(body=task(3), confirmed=3)
        assert (done.author, done.alarm_id, done.task_id) == (operator, ALARM, "SC2025071006154101b779eb7")
        assert (done.connection_name, done.coc_region, done.url) == ("sandbox", "sandbox", f"{cloud.url}{PATH}")
        assert (done.machine_names, done.batches) == (["platform01", "platform02", "platform03"], 2)
        assert done.sent is not None and done.finished is not None and done.created <= done.sent <= done.finished
        assert json.loads(done.request) == json.loads(read_handling(ALARM, task(3)).content)
        handler.delete()
        done.refresh_from_db()
        assert (done.connection, done.connection_name) == (None, "sandbox")

    def test_a_secret_parameter_leaves_and_is_kept_nowhere(self, cloud: Sandbox, run: Running) -> None:
        given = [{"paramName": "db_password", "paramValue": "canary-word", "paramOrder": 1}]
        run(body=task(input_param={"script_params": given, "pin": "canary-pin"}), sensitive=["pin"])
        row = AlarmAction.objects.values().get()
        assert "canary" not in str(row)
        assert "canary-word" in next(entry["body"] for entry in cloud.requests() if entry["path"] == PATH)

    @pytest.mark.django_db(transaction=True)
    def test_the_intent_is_committed_before_the_first_byte(self, run: Running, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[tuple[str, bool]] = []
        original = Coc.handle

        def look() -> None:
            row = AlarmAction.objects.get()
            seen.append((row.state, row.is_under_way))
            connections.close_all()

        def watched(coc: Any, alarm_id: str, body: bytes) -> Any:
            other_session = threading.Thread(target=look)
            other_session.start()
            other_session.join()
            return original(coc, alarm_id, body)

        monkeypatch.setattr(Coc, "handle", watched)
        run()
        assert seen == [("sending", True)]

    @pytest.mark.django_db(transaction=True)
    def test_no_call_is_made_inside_a_transaction(self, cloud: Sandbox, run: Running) -> None:
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            run()
        assert posts(cloud) == 0


#: Faults after which a plain no is on record, and those after which nobody knows.
PLAIN_NO = ["F1-coc", "F1-coc-camel", "F5-coc", "F6", "F6-413", "F7-coc", "F8-retry-after", "F8-absent"]
PLAIN_NO += ["F13-coc-refused", "F14-307", "F16-coc"]
NOT_BEGUN = ["F9-500", "F9-503", "F9-html", "F11-mid-request", "F11-before", "F11-before-closed", "F13-error-in-200"]
NOT_BEGUN += ["F1-html", "F1-coc-internal"]
BEGUN = ["F9-502-applied", "F9-504-applied", "F9-coc", "F11-after", "F11-after-closed", "F11-mid-headers"]
BEGUN += ["F11-mid-body", "F13-200", "F13-empty", "F13-garbage", "F13-html", "F13-202", "F13-coc-500"]
BEGUN += ["F13-coc-orderless", "F13-coc-codeless", "F15", "F15-gzip"]


class TestFaults:
    @pytest.mark.parametrize("name", PLAIN_NO)
    def test_a_plain_no_is_rejected_and_sent_once(self, cloud: Sandbox, run: Running, name: str) -> None:
        cloud.add_faults({"preset": name, "match": HANDLE})
        done = run()
        assert (done.state, posts(cloud), orders(cloud)) == ("rejected", 1, 0)
        assert done.sentence.endswith("Nothing was run.")
        assert "<script>" not in done.sentence or name == "F16-coc"

    @pytest.mark.parametrize("name", NOT_BEGUN)
    def test_what_is_unclear_and_left_no_record_is_handed_to_a_person(
        self, cloud: Sandbox, run: Running, name: str
    ) -> None:
        cloud.add_faults({"preset": name, "match": HANDLE})
        done = run()
        assert (done.state, posts(cloud), orders(cloud)) == ("needs_human", 1, 0)
        assert evidence(done)["same_task"] == [] and evidence(done)["read"]
        assert "does not prove that there is none" in done.sentence
        assert "settle it here" in done.sentence

    @pytest.mark.parametrize("name", BEGUN)
    def test_what_is_unclear_and_left_a_record_is_handed_to_a_person_with_it(
        self, cloud: Sandbox, run: Running, name: str
    ) -> None:
        cloud.add_faults({"preset": name, "match": HANDLE})
        done = run()
        assert (done.state, posts(cloud), orders(cloud)) == ("needs_human", 1, 1)
        (found,) = evidence(done)["same_task"]
        assert found["work_order"] in done.sentence
        assert "most likely did" in done.sentence

    @pytest.mark.parametrize("name", ["F10-hang", "F10-hang-applied", "F10-drip"])
    def test_silence_is_no_answer(
        self, cloud: Sandbox, run: Running, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shorten(monkeypatch, Limits(connect=0.5, read=0.4, total=0.8))
        cloud.add_faults({"preset": name, "match": HANDLE})
        done = run()
        assert (done.state, posts(cloud)) == ("needs_human", 1)
        assert orders(cloud) == (name != "F10-hang")

    def test_what_comes_about_after_everybody_gave_up_is_no_surprise(
        self, cloud: Sandbox, run: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The cloud carries it out once the records were read: they proved nothing, and the sentence says so."""
        shorten(monkeypatch, Limits(connect=0.5, read=0.3, total=0.6))
        cloud.add_faults({"preset": "F10-late", "match": HANDLE})
        done = run()
        assert (done.state, orders(cloud)) == ("needs_human", 0)
        assert "it may show up late" in done.sentence
        cloud.release()
        cloud.settle()
        assert (posts(cloud), orders(cloud)) == (1, 1)

    def test_a_slow_answer_is_an_answer(self, cloud: Sandbox, run: Running) -> None:
        cloud.add_faults({"preset": "F10-slow", "match": HANDLE, "delay_s": 0.5})
        assert run().state == "started"

    def test_records_that_cannot_be_read_afterwards_are_told_as_such(self, cloud: Sandbox, run: Running) -> None:
        cloud.add_faults(
            {"preset": "F9-502-applied", "match": HANDLE},
            {"match": HISTORIES, "delay_s": 0},
            {"preset": "F9-503", "match": HISTORIES, "times": 3},
        )
        done = run()
        assert (done.state, done.evidence, posts(cloud)) == ("needs_human", {"read": None}, 1)
        assert "the records of the alarm could not be read: COC did not answer" in done.sentence

    def test_records_that_may_not_be_read_keep_nobody_from_running(self, cloud: Sandbox, run: Running) -> None:
        cloud.add_faults({"preset": "F5-coc", "match": HISTORIES}, {"preset": "F11-after", "match": HANDLE})
        done = run()
        assert (done.state, done.known) == ("needs_human", None)
        assert "what they showed before is not known" in done.sentence

    @pytest.mark.parametrize("name", ["F2", "F2-renew"])
    def test_a_token_that_ended_on_the_way_is_renewed_before_anything_runs(
        self, cloud: Sandbox, run: Running, name: str
    ) -> None:
        cloud.add_faults({"preset": name, "match": HANDLE})
        assert run().state == "started"
        assert (posts(cloud), orders(cloud)) == (2, 1)

    @pytest.mark.parametrize(
        ("fault", "status"),
        [
            ({"preset": "F9-503", "times": 3}, 502),
            ({"preset": "F1-coc"}, 502),
            ({"reset": "before", "times": 3}, 504),
        ],
    )
    def test_nothing_is_sent_where_the_alarm_cannot_be_looked_at_first(
        self, cloud: Sandbox, run: Running, fault: dict[str, Any], status: int
    ) -> None:
        cloud.add_faults({"match": HISTORIES, **fault})
        assert "Nothing was run." in str(refused(status, run).body["detail"])
        assert posts(cloud) == 0
        assert not AlarmAction.objects.exists()

    def test_a_cloud_that_is_not_there_ran_nothing(self, settings: Any, run: Running) -> None:
        settings.SANDBOX_URL = "http://127.0.0.1:9"
        assert "could not be reached" in str(refused(502, run).body["detail"])

    # A connection is closed on the way.
    @pytest.mark.django_db(transaction=True)
    def test_an_outcome_that_cannot_be_recorded_is_told_and_found_out_later(
        self, cloud: Sandbox, run: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        advance = AlarmAction.advance

        def refuse(row: AlarmAction, **members: Any) -> None:
            if "finished" in members:
                raise OperationalError("database is locked")
            advance(row, **members)

        monkeypatch.setattr(AlarmAction, "advance", refuse)
        told = refused(503, run)
        assert "COC started the work order" in str(told.body["detail"])
        monkeypatch.undo()
        row = AlarmAction.objects.get()
        assert told.body["alarm_action"] == str(row.id)
        strand(row)
        assert settle_stranded() == 1
        row.refresh_from_db()
        assert (row.state, posts(cloud)) == ("needs_human", 1)
        assert "most likely did" in row.sentence

    @pytest.mark.parametrize(("failing", "words"), [("sent", "before the task was sent"), ("evidence", "")])
    def test_a_database_that_fails_on_the_way_is_told_as_what_it_is(
        self, cloud: Sandbox, run: Running, monkeypatch: pytest.MonkeyPatch, failing: str, words: str
    ) -> None:
        cloud.add_faults({"preset": "F9-500", "match": HANDLE})
        advance = AlarmAction.advance

        def refuse(row: AlarmAction, **members: Any) -> None:
            if failing in members:
                raise OperationalError("disk is full")
            advance(row, **members)

        monkeypatch.setattr(AlarmAction, "advance", refuse)
        assert words in str(refused(503, run).body["detail"])
        assert posts(cloud) == (failing == "evidence")


def evidence(row: AlarmAction) -> dict[str, Any]:
    assert row.evidence is not None
    return dict(row.evidence)


def strand(row: AlarmAction) -> None:
    """Let the lease of a row run out, as when its process was killed."""
    AlarmAction.objects.filter(pk=row.pk).update(lease_until=Now() - timedelta(seconds=1))


class TestNeverTwice:
    @pytest.mark.django_db(transaction=True)
    def test_fifty_identical_requests_at_once_make_one_call(self, cloud: Sandbox, run: Running) -> None:
        self.at_once(cloud, lambda number: run(key="key-1"), {"started", "409", "503"})

    @pytest.mark.django_db(transaction=True)
    def test_fifty_requests_without_a_key_make_one_call(self, cloud: Sandbox, run: Running) -> None:
        self.at_once(cloud, lambda number: run(), {"started", "409", "503"})

    def at_once(self, cloud: Sandbox, act: Callable[[int], AlarmAction], expected: set[str]) -> None:
        cloud.add_faults({"match": HANDLE, "delay_s": 0.3})
        start = threading.Barrier(50)

        def attempt(number: int) -> str:
            start.wait()
            try:
                return str(act(number).state)
            except Problem as problem:
                return str(problem.status)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(50) as pool:
            endings = list(pool.map(attempt, range(50)))
        assert endings.count("started") >= 1
        assert set(endings) <= expected
        assert (posts(cloud), orders(cloud), AlarmAction.objects.count()) == (1, 1, 1)

    @pytest.mark.django_db(transaction=True)
    def test_two_that_looked_at_the_same_time_do_not_both_run(self, cloud: Sandbox, run: Running) -> None:
        """Both find nothing that ran before; one waits between its look and its record until the other is done."""
        cloud.add_faults({"match": HISTORIES, "hold": "after"})
        endings: list[str] = []

        def late() -> None:
            try:
                endings.append(str(run().state))
            except Problem as problem:
                endings.append(str(problem.status))
            finally:
                connections.close_all()

        thread = threading.Thread(target=late)
        thread.start()
        cloud.wait_for(1, "GET", HISTORIES["path"])
        assert run().state == "started"
        cloud.release()
        thread.join()
        assert (endings, posts(cloud), AlarmAction.objects.count()) == (["409"], 1, 1)

    def test_the_same_key_gives_the_record_and_asks_nothing(self, cloud: Sandbox, run: Running) -> None:
        first = run(key="key-1")
        asked = len(cloud.requests())
        assert run(key="key-1").pk == first.pk
        assert len(cloud.requests()) == asked
        assert "key-1" not in str(AlarmAction.objects.values().get())

    def test_the_same_key_for_another_request_is_refused(self, run: Running) -> None:
        run(key="key-1")
        others: list[dict[str, Any]] = [{"alarm": ALARM_IDS[1]}, {"body": task(1)}, {"reason": "again"}]
        for other in others:
            assert refused(422, partial(run, key="key-1", **other)).body["alarm_action"]

    def test_the_same_task_is_not_run_again_without_a_reason(self, cloud: Sandbox, run: Running) -> None:
        first = run()
        told = refused(409, run)
        earlier: Any = told.body["earlier"]
        assert (earlier["id"], earlier["work_order"]) == (str(first.id), first.work_order)
        assert "say in reason why" in str(told.body["detail"])
        again = run(reason="the disk filled up once more")
        assert (again.state, again.reason) == ("started", "the disk filled up once more")
        assert posts(cloud) == 2

    def test_another_task_or_another_alarm_needs_no_reason(self, run: Running) -> None:
        run()
        assert run(body=task(associated_task_id="SC20250711080000restart01")).state == "started"
        assert run(alarm=ALARM_IDS[1]).state == "started"

    def test_after_a_rejection_nothing_stands_in_the_way(self, cloud: Sandbox, run: Running) -> None:
        cloud.add_faults({"preset": "F1-coc", "match": HANDLE})
        assert run().state == "rejected"
        assert run().state == "started"

    def test_what_nobody_has_settled_holds_up_every_other_task(self, cloud: Sandbox, run: Running) -> None:
        cloud.add_faults({"preset": "F9-503", "match": HANDLE})
        assert run().state == "needs_human"
        other = task(associated_task_id="SC20250711080000restart01")
        refused(409, lambda: run(body=other))
        assert run(body=other, reason="cannot wait").state == "started"

    def test_a_run_that_somebody_began_in_coc_counts_too(self, cloud: Sandbox, run: Running) -> None:
        run()
        AlarmAction.objects.all().delete()
        told = refused(409, run)
        record: Any = told.body["record"]
        assert record["task_id"] == "SC2025071006154101b779eb7"
        assert posts(cloud) == 1
        assert run(reason="they asked for it").state == "started"

    def test_two_connections_to_the_same_coc_make_no_two_alarms(
        self, run: Running, handler: Connection, operator: User, cloud: Sandbox
    ) -> None:
        run()
        handler.pk, handler.name = None, "other"
        handler.save(force_insert=True)
        twin = Connection.objects.get(name="other")
        twin.set_credentials({})
        refused(409, lambda: handle(Wish(operator, twin, read_handling(ALARM, task()))))
        assert posts(cloud) == 1

    def test_one_that_is_under_way_is_not_overtaken(self, cloud: Sandbox, run: Running) -> None:
        row = run()
        AlarmAction.objects.filter(pk=row.pk).update(state="sending", finished=None)
        for wishes in ({}, {"reason": "now"}, {"body": task(1)}, {"reason": "now", "body": task(1)}):
            told = refused(409, partial(run, **wishes))
            assert told.body["title"] in ("Under way", "Run before")
        assert posts(cloud) == 1


class TestScale:
    @pytest.mark.parametrize(
        ("count", "confirmed", "status"), [(1, None, 0), (1, 1, 0), (1, 2, 422), (2, None, 422), (3, 2, 422), (3, 3, 0)]
    )
    def test_more_than_one_machine_is_confirmed_by_number(
        self, cloud: Sandbox, run: Running, count: int, confirmed: int | None, status: int
    ) -> None:
        if status == 0:
            assert run(body=task(count), confirmed=confirmed).machines == count
            return
        told = refused(status, lambda: run(body=task(count), confirmed=confirmed))
        assert told.body["machines"] == count
        assert cloud.requests() == []

    def test_many_machines_take_an_admin(
        self, cloud: Sandbox, run: Running, account: Callable[..., User], settings: Any
    ) -> None:
        settings.HANDLE_MOST_MACHINES = 2
        assert "3 machines" in str(refused(403, lambda: run(body=task(3), confirmed=3)).body["detail"])
        assert cloud.requests() == []
        assert run(body=task(3), confirmed=3, user=account("admin")).state == "started"

    def test_machines_that_coc_selects_take_an_admin_and_a_reason(
        self, run: Running, account: Callable[..., User]
    ) -> None:
        body = task(target_instances=[{"target_selection": "ALL", "order_no": 0}])
        admin = account("admin")
        refused(403, lambda: run(body=body, reason="all of them"))
        refused(422, lambda: run(body=body, user=admin))
        assert run(body=body, user=admin, reason="all of them").machines is None

    @pytest.mark.parametrize(
        ("change", "what", "words"),
        [
            ({"regionId": "cn-east-3"}, "region", "was in the region cn-east-3"),
            ({"agentSn": "other"}, "agent", "had the agent other"),
            ({"agentStatus": "OFFLINE"}, "agent_state", "was OFFLINE and is ONLINE"),
            ({"resourceId": "gone"}, "machine", "is not there any more"),
        ],
    )
    def test_nothing_runs_on_a_machine_that_is_not_as_it_was_shown(
        self, cloud: Sandbox, run: Running, change: dict[str, str], what: str, words: str
    ) -> None:
        told = refused(409, lambda: run(body=task(target_instances=[step(1, **change)])))
        differences: Any = told.body["differences"]
        assert [each["what"] for each in differences] == [what]
        assert words in str(told.body["detail"])
        assert (posts(cloud), AlarmAction.objects.count()) == (0, 0)

    def test_a_digest_of_other_machines_is_refused_and_the_present_one_told(self, cloud: Sandbox, run: Running) -> None:
        told = refused(409, lambda: run(body=task(1), seen="0" * 64))
        seen: Any = told.body["machines_seen"]
        assert run(body=task(1), seen=seen).state == "started"
        renamed = [{**each, "name": "renamed"} for each in resources()]
        cloud.reset(resources=renamed)
        refused(409, lambda: run(body=task(1), seen=seen, reason="again"))

    def test_a_hundred_machines_and_more_are_looked_at_in_parts(
        self, cloud: Sandbox, run: Running, account: Callable[..., User]
    ) -> None:
        ids = [f"machine-{number}" for number in range(150)]
        cloud.reset(resources=[{"resource_id": each} for each in ids])
        batch = {"targetInstances": [{"resourceId": each} for each in ids]}
        chosen = {"target_selection": "MANUAL", "order_no": 0, "target_instances": {"batches": [batch]}}
        done = run(body=task(target_instances=[chosen]), confirmed=150, user=account("admin"))
        assert (done.state, len(done.machine_names)) == ("started", 50)
        assert sum(entry["path"] == "/v1/resources" for entry in cloud.requests()) == 2


class TestSettling:
    @pytest.fixture
    def open_row(self, cloud: Sandbox, run: Running) -> AlarmAction:
        cloud.add_faults({"preset": "F9-502-applied", "match": HANDLE})
        return run()

    def test_a_person_finds_out_that_it_ran(self, open_row: AlarmAction, account: Callable[..., User]) -> None:
        admin = account("admin")
        order = evidence(open_row)["same_task"][0]["work_order"]
        done = settle(open_row, admin, AlarmAction.Settlement.RAN, "seen in COC", order)
        assert (done.state, done.settlement, done.settled_by, done.note) == ("started", "ran", admin, "seen in COC")
        assert done.sentence.startswith("admin found out that it ran. Before that: COC answered 502")
        assert follow(done) is None
        assert done.order_state == "PROCESSING"

    def test_a_person_finds_out_that_it_did_not_run(self, open_row: AlarmAction, operator: User, run: Running) -> None:
        done = settle(open_row, operator, AlarmAction.Settlement.DID_NOT_RUN, "")
        assert (done.state, done.settlement) == ("rejected", "did_not_run")

    def test_it_is_settled_once(self, open_row: AlarmAction, operator: User) -> None:
        settle(open_row, operator, AlarmAction.Settlement.DID_NOT_RUN, "first")
        stale = AlarmAction(pk=open_row.pk, said=open_row.said)
        refused(409, lambda: settle(stale, operator, AlarmAction.Settlement.RAN, "second"))
        open_row.refresh_from_db()
        assert (open_row.state, open_row.note) == ("rejected", "first")

    def test_what_has_its_outcome_is_not_settled(self, run: Running, operator: User) -> None:
        row = run()
        refused(409, lambda: settle(row, operator, AlarmAction.Settlement.DID_NOT_RUN, ""))
        assert AlarmAction.objects.get().state == "started"


class TestWhatAProcessLeavesBehind:
    def left(self, run: Running, state: str) -> AlarmAction:
        row = run()
        sent = None if state == "prepared" else timezone.now()
        AlarmAction.objects.filter(pk=row.pk).update(state=state, finished=None, sent=sent, work_order="", said=None)
        strand(row)
        return row

    @pytest.mark.django_db(transaction=True)
    def test_before_sending_nothing_ran(self, cloud: Sandbox, run: Running) -> None:
        row = self.left(run, "prepared")
        asked = len(cloud.requests())
        assert settle_once() == 1
        row.refresh_from_db()
        assert (row.state, row.sentence) == (
            "rejected",
            "Groupflow stopped before it came to sending. Nothing was run.",
        )
        assert len(cloud.requests()) == asked

    @pytest.mark.django_db(transaction=True)
    def test_after_it_a_person_is_asked_with_what_the_records_say(self, cloud: Sandbox, run: Running) -> None:
        row = self.left(run, "sending")
        assert settle_once() == 1
        row.refresh_from_db()
        assert (row.state, posts(cloud)) == ("needs_human", 1)
        assert row.sentence.startswith("Groupflow stopped before the answer came.")
        assert "most likely did" in row.sentence
        assert settle_once() == 0

    def test_without_its_connection_a_person_is_asked_all_the_same(self, run: Running, handler: Connection) -> None:
        row = self.left(run, "sending")
        handler.delete()
        settle_stranded()
        row.refresh_from_db()
        assert row.state == "needs_human"
        assert "the connection was removed meanwhile." in row.sentence

    def test_where_the_cloud_cannot_be_asked_a_person_is(self, run: Running, settings: Any) -> None:
        row = self.left(run, "sending")
        settings.SANDBOX_URL = ""
        settle_stranded()
        row.refresh_from_db()
        assert (row.state, row.evidence) == ("needs_human", {"read": None})
        assert "cannot be used" in row.sentence

    def test_what_somebody_works_on_is_left_alone(self, run: Running) -> None:
        row = self.left(run, "sending")
        AlarmAction.objects.filter(pk=row.pk).update(lease_until=Now() + timedelta(seconds=60))
        assert settle_stranded() == 0

    @pytest.mark.django_db(transaction=True)
    def test_one_that_was_slow_sends_nothing_once_it_was_given_up(
        self, cloud: Sandbox, run: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another process takes the row between its record and the sending."""
        advance = AlarmAction.advance

        def given_up(row: AlarmAction, **members: Any) -> None:
            if members.get("state") == "sending":
                strand(row)
                settle_stranded()
            advance(row, **members)

        monkeypatch.setattr(AlarmAction, "advance", given_up)
        done = run()
        assert (done.state, posts(cloud)) == ("rejected", 0)

    @pytest.mark.django_db(transaction=True)
    def test_an_answer_that_comes_late_is_worth_more_than_a_guess(
        self, cloud: Sandbox, run: Running, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        original = Coc.handle

        def slow(coc: Any, alarm_id: str, body: bytes) -> Any:
            answer = original(coc, alarm_id, body)
            strand(AlarmAction.objects.get())
            assert settle_stranded() == 1
            assert AlarmAction.objects.get().state == "needs_human"
            return answer

        monkeypatch.setattr(Coc, "handle", slow)
        done = run()
        assert (done.state, done.work_order[:3], posts(cloud)) == ("started", "SCT", 1)


class TestFollowing:
    def due(self, row: AlarmAction) -> None:
        AlarmAction.objects.filter(pk=row.pk).update(order_seen=Now() - timedelta(seconds=6))

    @pytest.mark.parametrize("kind", ["SCRIPT", "PLAN"])
    def test_a_work_order_is_followed_to_its_end(self, cloud: Sandbox, run: Running, kind: str) -> None:
        row = run(body=task(task_type=kind))
        states = []
        for _ in range(4):
            self.due(row)
            assert follow(row) is None
            states.append(row.order_state)
        assert states[-1] == "FINISHED"
        assert row.order_is_over
        asked = len(cloud.requests())
        self.due(row)
        follow(row)
        assert len(cloud.requests()) == asked

    def test_it_is_asked_every_few_seconds_at_most(self, cloud: Sandbox, run: Running) -> None:
        row = run()
        follow(row)
        asked = len(cloud.requests())
        for _ in range(3):
            follow(AlarmAction.objects.get())
        assert len(cloud.requests()) == asked

    def test_what_keeps_us_from_it_is_told(self, cloud: Sandbox, run: Running, handler: Connection) -> None:
        row = run()
        cloud.add_faults({"preset": "F5-coc", "match": {"path": "/v1/job/script/orders"}})
        assert "coc:job:get" in str(follow(row))
        self.due(row)
        handler.coc_region = ""
        handler.save()
        row = AlarmAction.objects.get()
        assert "It has no COC" in str(follow(row))
        assert row.order_state == ""


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "else"},
        {"finished": None},
        {"state": "prepared"},
        {"sent": None},
        {"settlement": "ran"},
        {"state": "rejected", "settlement": "did_not_run"},
        {"state": "sending", "finished": timezone.now()},
    ],
)
def test_the_database_refuses_a_record_that_cannot_be(run: Running, broken: dict[str, Any]) -> None:
    row = run()
    with pytest.raises(IntegrityError), transaction.atomic():
        AlarmAction.objects.filter(pk=row.pk).update(**broken)
