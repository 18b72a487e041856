"""Submitting: what leaves, what is kept on record, and what is said when nobody can know."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connections, transaction

from api_proxy import cloud as cloud_module
from api_proxy.aom import Aom
from api_proxy.comparing import differences
from api_proxy.models import Connection, Submission
from api_proxy.sandbox import PROJECT_ID, Sandbox
from api_proxy.submit import submit
from api_proxy.transport import Limits
from api_proxy.views import submission_json
from editor.api.problems import Problem
from editor.models import Rule
from tests.api_proxy.faulting import shorten
from tests.conftest import DOCUMENTS

PATH = f"/v2/{PROJECT_ID}/alert/group-rules"
Submitting = Callable[..., Submission]


@pytest.fixture
def user(account: Callable[..., User]) -> User:
    return account("designer")


@pytest.fixture
def send(user: User, rule: Rule, connection: Connection) -> Submitting:
    """Submits the newest version of the rule, as the designer."""

    def send(key: str = "", dry_run: bool = False, expected: str = "", **changes: Any) -> Submission:
        target = changes.get("connection", connection)
        return submit(changes.get("user", user), rule, rule.current, target, key, dry_run, expected)

    return send


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens the deadlines, so that a hanging cloud is given up soon."""
    shorten(monkeypatch, Limits(connect=0.5, read=0.3, total=0.6))


def writes(cloud: Sandbox) -> list[str]:
    return [entry["method"] for entry in cloud.requests() if entry["path"] == PATH and entry["method"] != "GET"]


def calls(cloud: Sandbox) -> list[str]:
    return [entry["method"] for entry in cloud.requests() if entry["path"] == PATH]


def seed(cloud: Sandbox, document: Any) -> None:
    cloud.reset(group_rules=[document])


def test_it_updates_a_rule_with_exactly_the_stored_bytes(
    cloud: Sandbox, send: Submitting, rule: Rule, sample: Any
) -> None:
    seed(cloud, {**sample, "desc": "before"})
    done = send()
    assert (done.state, done.operation, done.status) == ("succeeded", "update", 204)
    sent = [entry["body"] for entry in cloud.requests() if entry["method"] == "PUT"]
    assert sent == [rule.current.document]
    assert done.digest == sha256(rule.current.document.encode()).hexdigest()


def test_it_creates_a_rule_that_is_missing_over_there(cloud: Sandbox, send: Submitting) -> None:
    done = send()
    assert (done.state, done.operation, done.status) == ("succeeded", "create", 204)
    assert writes(cloud) == ["POST"]
    assert send().operation == "update"


def test_it_keeps_the_record_of_the_target(send: Submitting, connection: Connection, user: User) -> None:
    done = Submission.objects.get(pk=send().pk)
    assert (done.connection_name, done.region, done.project_id) == ("sandbox", "sandbox", PROJECT_ID)
    assert done.author == user
    assert done.finished is not None
    connection.delete()
    done.refresh_from_db()
    assert done.connection is None
    assert done.connection_name == "sandbox"


@pytest.mark.parametrize("name", ["flow", "legacy_ai_off", "legacy_ai_on", "terraform_group_rule"])
def test_it_sends_the_vendors_own_samples(cloud: Sandbox, user: User, connection: Connection, name: str) -> None:
    document = json.loads((DOCUMENTS / "upstream" / f"{name}.json").read_text())
    rule = Rule.objects.start(user, document, {"nodes": {}})
    assert submit(user, rule, rule.current, connection).state == "succeeded"


def test_a_rule_with_errors_is_refused_before_any_call(
    cloud: Sandbox, user: User, connection: Connection, sample: Any
) -> None:
    sample["match_v3"]["edges"].pop()
    rule = Rule.objects.start(user, sample, {"nodes": {}})
    with pytest.raises(Problem) as caught:
        submit(user, rule, rule.current, connection)
    assert caught.value.status == 422
    assert caught.value.body["findings"]
    assert cloud.requests() == []
    assert not Submission.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_intent_is_committed_before_the_first_byte(send: Submitting, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, bool]] = []
    original = Aom.create_group_rule

    def look() -> None:
        row = Submission.objects.get()
        seen.append((row.state, row.is_under_way))
        connections.close_all()

    def update(aom: Any, document: bytes) -> Any:
        other_session = threading.Thread(target=look)
        other_session.start()
        other_session.join()
        return original(aom, document)

    monkeypatch.setattr(Aom, "create_group_rule", update)
    send()
    assert seen == [("sending", True)]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 400, "body": {"error_code": "AOM.08003003", "error_msg": "bad"}}, "AOM.08003003 bad"),
        ({"status": 403, "body": {"error_code": "AOM.0403"}}, "aom:routeGroupRule:update"),
        ({"status": 429, "body": {"error_code": "APIGW.0308"}}, "takes calls again at"),
        ({"status": 300, "body": {"error_code": "AOM.08001300"}}, "100 rules"),
        ({"status": 302, "headers": {"Location": "http://10.0.0.1/x?token=1"}}, "pointed to 10.0.0.1 "),
        ({"status": 404, "body": "<html>"}, "project id"),
        ({"status": 409, "body": {}}, "changed over there"),
    ],
)
def test_a_refusal_is_told_and_sent_no_second_time(
    cloud: Sandbox, send: Submitting, sample: Any, fault: dict[str, Any], words: str
) -> None:
    seed(cloud, {**sample, "desc": "before"})
    cloud.add_faults({"match": {"method": "PUT"}, **fault})
    done = Submission.objects.get(pk=send().pk)
    assert done.state == "rejected"
    assert words in done.detail
    assert "Nothing was changed over there." in done.detail
    assert calls(cloud) == ["GET", "PUT"]


def test_a_failed_sign_in_has_changed_nothing(cloud: Sandbox, send: Submitting, impatient: None) -> None:
    for fault, times in (({"status": 503}, 3), ({"delay_s": 5}, 1), ({"close": "before"}, 3), ({"status": 401}, 1)):
        cloud.add_faults({"match": {"path": "/v3/"}, "times": times, **fault})
        done = send()
        assert done.state == "rejected"
        assert "Nothing was sent." in done.detail
    assert writes(cloud) == []


def test_a_cloud_that_is_not_there_has_changed_nothing(settings: Any, send: Submitting) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    done = send()
    assert done.state == "rejected"
    assert "could not be reached" in done.detail


def test_the_same_key_sends_once_and_answers_the_same(cloud: Sandbox, send: Submitting) -> None:
    first = send("key-1")
    calls = len(cloud.requests())
    second = send("key-1")
    assert submission_json(second) == submission_json(Submission.objects.get(pk=first.pk))
    assert len(cloud.requests()) == calls
    assert send("key-2").pk != first.pk


def test_the_same_key_for_another_request_is_refused(send: Submitting) -> None:
    send("key-1")
    with pytest.raises(Problem) as caught:
        send("key-1", dry_run=True)
    assert caught.value.status == 422


def test_keys_of_two_people_do_not_meet(send: Submitting, account: Callable[..., User]) -> None:
    assert send("key-1").pk != send("key-1", user=account("admin")).pk


def test_a_rule_under_way_is_not_sent_a_second_time(send: Submitting, cloud: Sandbox) -> None:
    row = send("key-1")
    Submission.objects.filter(pk=row.pk).update(state="sending", finished=None)
    calls = len(cloud.requests())
    for key in ("key-1", "", "key-2"):
        with pytest.raises(Problem) as caught:
            send(key)
        assert (caught.value.status, caught.value.body["title"]) == (409, "Under way")
    assert len(cloud.requests()) == calls


def test_a_dry_run_compares_and_writes_nothing(cloud: Sandbox, send: Submitting, sample: Any) -> None:
    absent = send(dry_run=True)
    assert (absent.state, absent.comparison, absent.operation) == ("prepared", "absent", "create")
    seed(cloud, sample)
    equal = send(dry_run=True)
    assert (equal.state, equal.comparison, equal.operation) == ("prepared", "equal", "update")
    seed(cloud, {**sample, "desc": "else", "detail": []})
    differs = send(dry_run=True)
    assert (differs.comparison, differs.dry_run) == ("differs", True)
    assert "differs in desc." in differs.detail
    assert writes(cloud) == []


def test_a_dry_run_that_cannot_read_says_so(cloud: Sandbox, send: Submitting) -> None:
    cloud.add_faults({"match": {"method": "GET"}, "times": 3, "status": 500, "body": {"error_code": "AOM.0500"}})
    done = send(dry_run=True)
    assert (done.state, done.comparison, done.error_code) == ("rejected", "", "AOM.0500")


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ({"name": "a"}, {"name": "a", "desc": "", "detail": None, "create_time": 5, "user_id": "x"}, []),
        ({"a": {"x": 1, "y": [2]}}, {"a": {"y": [2], "x": 1}}, []),
        ({"a": [1, 2]}, {"a": [2, 1]}, ["a"]),
        ({"group_wait": 0}, {}, ["group_wait"]),
        ({"flag": False}, {}, ["flag"]),
        ({}, {"detail": [{}], "desc": "b"}, ["desc", "detail"]),
    ],
)
def test_it_tells_in_what_two_rules_differ(here: Any, there: Any, expected: list[str]) -> None:
    assert differences(here, there) == expected


@pytest.mark.parametrize("reason", ["no password", "unreadable password", "region gone"])
def test_a_connection_that_cannot_be_used_is_named_before_any_call(
    cloud: Sandbox, send: Submitting, connection: Connection, settings: Any, reason: str
) -> None:
    if reason == "no password":
        connection.sealed = ""
    elif reason == "unreadable password":
        connection.sealed = "x" + connection.sealed
    else:
        settings.SANDBOX_URL = ""
    connection.save()
    with pytest.raises(Problem) as caught:
        send()
    assert (caught.value.status, caught.value.body["title"]) == (409, "Connection not usable")
    assert cloud.requests() == []
    assert not Submission.objects.exists()


def test_a_hung_cloud_takes_only_its_share_of_the_workers(send: Submitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud_module, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(cloud_module, "SLOT_WAIT", 0.01)
    with cloud_module._slots, pytest.raises(Problem) as caught:
        send()
    assert caught.value.status == 503
    assert caught.value.headers == {"Retry-After": "5"}
    assert not Submission.objects.exists()
    assert send().state == "succeeded"


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "else"},
        {"operation": "delete"},
        {"state": "succeeded", "finished": None},
        {"state": "sending"},
        {"state": "unknown"},
        {"state": "needs_human", "finished": None},
        {"dry_run": True},
        {"comparison": "equal"},
    ],
)
def test_the_database_refuses_a_record_that_cannot_be(send: Submitting, broken: dict[str, Any]) -> None:
    row = send()
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=row.pk).update(**broken)


@pytest.mark.django_db(transaction=True)
def test_no_call_is_made_inside_a_transaction(cloud: Sandbox, send: Submitting) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send()
    assert cloud.requests() == []


@pytest.mark.django_db(transaction=True)
def test_fifty_identical_submissions_at_once_make_one_call(cloud: Sandbox, send: Submitting) -> None:
    cloud.add_faults({"match": {"method": "POST", "path": PATH}, "delay_s": 0.5})
    start = threading.Barrier(50)

    def attempt(_: int) -> str:
        start.wait()
        try:
            return send("key-1").state
        except Problem as problem:
            return str(problem.status)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        endings = list(pool.map(attempt, range(50)))
    assert endings.count("succeeded") >= 1
    assert set(endings) <= {"succeeded", "409", "503"}
    assert calls(cloud) == ["GET", "POST", "GET"]
    assert Submission.objects.count() == 1


def test_the_order_of_nodes_and_empty_members_are_no_difference(sample: Any) -> None:
    turned = json.loads(json.dumps(sample))
    turned["match_v3"]["nodes"].reverse()
    for node in turned["match_v3"]["nodes"]:
        if node.get("businessType") == "CombineConf":
            node["value"]["combineConfig"].setdefault("ai_group_by", [])
    assert differences(sample, {**turned, "update_time": 7, "detail": None}) == []
    turned["match_v3"]["nodes"][1]["value"]["combineConfig"]["group_wait"] = 9
    assert differences(sample, turned) == ["match_v3"]


@pytest.mark.django_db(transaction=True)
def test_an_outcome_that_cannot_be_recorded_is_told_all_the_same(
    cloud: Sandbox, send: Submitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between the call and the record of its outcome."""
    advance = Submission.advance

    def refuse(row: Submission, **members: Any) -> None:
        if "finished" in members:
            raise OperationalError("database is locked")
        advance(row, **members)

    monkeypatch.setattr(Submission, "advance", refuse)
    with pytest.raises(Problem) as caught:
        send()
    assert caught.value.status == 503
    assert "The outcome could not be recorded here." in str(caught.value)
    assert "created" in str(caught.value)
    monkeypatch.undo()
    assert Submission.objects.get().state == "sending"


def test_what_was_there_before_is_kept(cloud: Sandbox, send: Submitting, sample: Any) -> None:
    seed(cloud, {**sample, "desc": "before", "unheard_of": [1]})
    kept = json.loads(send().overwritten)
    assert (kept["desc"], kept["unheard_of"]) == ("before", [1])


def test_a_dry_run_shows_the_request_without_its_secrets(
    cloud: Sandbox, send: Submitting, sample: Any, connection: Connection
) -> None:
    connection.enterprise_project_id = "0"
    connection.save()
    assert send(dry_run=True).request == {
        "method": "POST",
        "url": f"{cloud.url}{PATH}",
        "headers": {"Content-Type": "application/json", "Enterprise-Project-Id": "0", "X-Auth-Token": "••••"},
    }
    seed(cloud, {**sample, "desc": "before"})
    request = send(dry_run=True).request
    assert request is not None
    assert request["method"] == "PUT"


def test_nothing_is_sent_where_the_rule_changed_since_the_author_saw_it(
    cloud: Sandbox, send: Submitting, sample: Any
) -> None:
    seed(cloud, {**sample, "desc": "as it was seen"})
    seen = send(dry_run=True).before
    seed(cloud, {**sample, "desc": "changed by somebody"})
    done = send(expected=seen)
    assert done.state == "rejected"
    assert "no longer the one that you were shown" in done.detail
    assert writes(cloud) == []
    assert send(expected=send(dry_run=True).before).state == "succeeded"


def test_a_rule_that_was_absent_and_came_up_is_not_overwritten(cloud: Sandbox, send: Submitting, sample: Any) -> None:
    assert send(dry_run=True).before == "absent"
    seed(cloud, {**sample, "desc": "made by somebody"})
    assert send(expected="absent").state == "rejected"
    assert writes(cloud) == []


def test_the_hundredth_rule_is_told_before_the_call(cloud: Sandbox, send: Submitting, sample: Any) -> None:
    cloud.reset(group_rules=[{**sample, "name": f"rule_{n}"} for n in range(100)])
    done = send()
    assert done.state == "rejected"
    assert "100 grouping rules already" in done.detail
    assert writes(cloud) == []


def test_a_success_is_read_back(cloud: Sandbox, send: Submitting, sample: Any) -> None:
    assert "Read back, it says what was sent." in send().detail
    cloud.add_faults({"match": {"method": "PUT"}, "status": 204, "body": ""})
    seed(cloud, {**sample, "desc": "before"})
    cloud.add_faults({"match": {"method": "PUT"}, "status": 204, "body": ""})
    done = send()
    assert (done.state, done.status) == ("succeeded", 204)
    assert "Read back, it differs in desc" in done.detail


def test_a_success_that_cannot_be_read_back_stays_one(cloud: Sandbox, send: Submitting) -> None:
    cloud.add_faults(
        {"match": {"method": "GET"}, "delay_s": 0}, {"match": {"method": "GET"}, "times": 3, "status": 500}
    )
    done = send()
    assert done.state == "succeeded"
    assert "could not be read back" in done.detail


@pytest.mark.parametrize(("failing", "words"), [("attempts", "before the rule was sent"), ("unclear_since", "after")])
def test_a_database_that_fails_on_the_way_is_told_as_what_it_is(
    cloud: Sandbox, send: Submitting, monkeypatch: pytest.MonkeyPatch, failing: str, words: str
) -> None:
    cloud.add_faults({"match": {"method": "POST", "path": PATH}, "status": 500})
    advance = Submission.advance

    def refuse(row: Submission, **members: Any) -> None:
        if members.get(failing) is not None:
            raise OperationalError("disk is full")
        advance(row, **members)

    monkeypatch.setattr(Submission, "advance", refuse)
    with pytest.raises(Problem) as caught:
        send()
    assert caught.value.status == 503
    assert words in str(caught.value)
    assert len(writes(cloud)) == (1 if words == "after" else 0)
